#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <utility>

namespace tsflow {

/// The folder in which one running pipeline keeps what must outlive it, made when absent and locked
/// for as long as the object lives: two runs never share one.
class StateDir {
public:
    /// Throws Error naming the folder when it cannot be made, or is in use by another process.
    explicit StateDir(std::filesystem::path folder);
    StateDir(StateDir&& other) noexcept
        : folder_(std::move(other.folder_)), lock_(std::exchange(other.lock_, -1)) {}
    StateDir& operator=(StateDir&&) = delete;
    ~StateDir();

    const std::filesystem::path& folder() const noexcept { return folder_; }

private:
    std::filesystem::path folder_;
    int lock_ = -1;
};

/// The folder of the node `path` (`sources.feed`) inside a `state_dir`; makes nothing.
std::filesystem::path node_folder(const std::filesystem::path& state_dir, std::string_view path);

/// Where a `state_dir` has its journals, each in a folder named by its node's path; makes nothing.
std::filesystem::path journal_folder(const std::filesystem::path& state_dir);

/// Replaces `file` by `bytes` so that after a crash it holds either the old bytes or the new ones.
/// Throws Error with the system's reason.
void write_atomically(const std::filesystem::path& file, std::string_view bytes);
/// Waits until the file and its name are on the disk. Throws Error with the system's reason.
void make_durable(const std::filesystem::path& file);

}  // namespace tsflow
