#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace tsflow {

/// The libraries that passed inspection, kept in a file between runs. A library counts as known while
/// its path, size and time of change are what they were, and so are those of the program that inspected
/// it: a library that fitted yesterday's tsflow may crash today's.
///
/// The file may be shared by any number of processes: it is replaced as a whole, so a reader sees an
/// old or a new one, and of two writers one may lose what it added, which only costs an inspection. A
/// file that cannot be read or written means no cache, never an error.
class InspectionCache {
public:
    /// Reads `file`; an empty path: nothing is known, nothing is kept.
    InspectionCache(std::filesystem::path file, const std::filesystem::path& inspector);

    /// A file as it is on the disk now; all zero when it is not there.
    struct Stamp {
        std::int64_t changed_ns = 0;
        std::int64_t size = 0;
        bool operator==(const Stamp&) const = default;
    };
    static Stamp stamp(const std::filesystem::path& file);

    /// `stamp` is that of the library now, or when its inspection began.
    bool knows(const std::filesystem::path& library, const Stamp& stamp) const;
    void add(const std::filesystem::path& library, const Stamp& stamp);
    /// The node types of a library that is known; empty until provides() has told them.
    std::vector<std::string> types(const std::filesystem::path& library, const Stamp& stamp) const;
    /// Ignored for a library that is not known.
    void provides(const std::filesystem::path& library, const std::vector<std::string>& types);
    /// Writes the file if anything was added, without libraries that are gone or changed.
    void save() const;

private:
    struct Inspected {
        Stamp library, inspector;
        std::vector<std::string> types = {};
    };
    std::filesystem::path file_;
    Stamp inspector_;
    std::map<std::string, Inspected> known_;
    bool changed_ = false;
};

}  // namespace tsflow
