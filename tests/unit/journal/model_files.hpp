#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "journal/file_system.hpp"

namespace tsflow::test {

/// A disk in memory, as unreliable as POSIX allows. What a file was given is on the disk page by page, and what a
/// folder was given name by name, in any order and only for certain once it was synced: a power cut keeps
/// each with even chance.
///
/// Every call that changes something is a step. `before_step` is asked before each and may let it fail
/// (an errno), be short (half of a write), or cut the power: from then on every step fails.
class ModelFiles final : public FileSystem {
public:
    static constexpr std::size_t page = 512;
    static constexpr int half_a_write = -1;
    static constexpr int power_cut = -2;

    std::function<int(const char* step)> before_step;

    std::unique_ptr<File> create(const std::filesystem::path& path) override;
    std::unique_ptr<File> open(const std::filesystem::path& path, bool writable) override;
    void rename(const std::filesystem::path& from, const std::filesystem::path& to) override;
    void remove(const std::filesystem::path& path) override;
    std::vector<std::string> list(const std::filesystem::path& folder) override;
    void make_folder(const std::filesystem::path& folder) override;
    void sync_folder(const std::filesystem::path& folder) override;

    /// Power is back: only what the disk kept is there.
    void restart(std::mt19937& random);
    /// As after a `kill -9` at the step that cut the power: all that was written is there.
    void restart_after_kill() { off_ = false; }
    bool off() const noexcept { return off_; }
    /// Flips bits: damage by a dying disk.
    void damage(const std::filesystem::path& path, std::uint64_t at, std::size_t bytes = 1);
    std::uint64_t steps() const noexcept { return steps_; }
    std::uint64_t size(const std::filesystem::path& path) const;
    /// All paths of files, sorted.
    std::vector<std::filesystem::path> paths() const;

private:
    friend class ModelFile;
    struct Node {
        std::vector<std::byte> now;         // what programs see
        std::vector<std::byte> disk;        // what is certain to survive
        std::map<std::size_t, bool> dirty;  // pages that may survive
    };
    using NodePtr = std::shared_ptr<Node>;
    using Names = std::map<std::filesystem::path, NodePtr>;

    int step(const char* what, const std::filesystem::path& path);
    NodePtr& find(const std::filesystem::path& path, const char* what);

    Names now_;
    Names disk_;  // by the last sync of their folder
    std::uint64_t steps_ = 0;
    bool off_ = false;
};

}  // namespace tsflow::test
