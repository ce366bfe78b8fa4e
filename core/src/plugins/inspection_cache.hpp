#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace tsflow {

/// The libraries that passed inspection, kept in a file between runs. A library counts as known while
/// its path, size and time of change are what they were, and this tsflow's build id is the same.
///
/// The file may be shared by any number of processes: it is replaced as a whole, so a reader sees an
/// old or a new one, and of two writers one may lose what it added, which only costs an inspection. A
/// file that cannot be read or written means no cache, never an error.
class InspectionCache {
public:
    /// Reads `file`; an empty path: nothing is known, nothing is kept.
    explicit InspectionCache(std::filesystem::path file);

    /// A library as it is on the disk now.
    struct Stamp {
        std::string path;
        std::int64_t changed_ns = 0;
        std::int64_t size = 0;
        bool operator==(const Stamp&) const = default;
    };
    /// All zero when the file is not there.
    static Stamp stamp(const std::filesystem::path& library);

    bool knows(const Stamp& library) const;
    void add(Stamp library);
    /// Writes the file if anything was added, without libraries that are gone or changed.
    void save() const;

private:
    std::filesystem::path file_;
    std::map<std::string, Stamp> known_;
    bool changed_ = false;
};

}  // namespace tsflow
