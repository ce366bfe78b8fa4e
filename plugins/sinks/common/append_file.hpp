#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "tsflow/fwd.hpp"

namespace tsflow {

/// A file that grows by whole batches and can be taken back to any earlier commit, so that what is
/// written again after a restart is there once.
///
///     | written before the commit | written after it | pending, in memory | half a batch |
///     0                        offset             written_              kept_
///
/// restore() cuts at `offset`. A write that fails is cut back to `written_` and loses only the half
/// batch, which the host passes again.
///
/// A path that is no regular file (a pipe, a terminal) is a stream: what is written stays written.
/// The file name `-` stands for the standard output.
class AppendFile {
public:
    AppendFile() = default;
    AppendFile(const AppendFile&) = delete;
    AppendFile& operator=(const AppendFile&) = delete;
    ~AppendFile() { close(); }

    /// True when the path names no regular file. Looks, and opens nothing.
    static bool is_stream(const std::filesystem::path& path) noexcept;
    /// Looks whether open() would succeed, and makes nothing. Throws Error when it would not.
    static void probe(const std::filesystem::path& path);

    /// Opens or makes the file, and its folder, and changes nothing in it. Throws Error; also when
    /// another open AppendFile, of any process, holds the same file.
    void open(const std::filesystem::path& path);
    void close() noexcept;

    /// Empties the file.
    void start_anew();
    /// Cuts the file to where it was at the commit that wrote `state`. Throws Error when the file is
    /// shorter, or other bytes lie in front of that point.
    void restore(StateReader& state);

    /// Where to put the next batch, behind those that were kept; half a batch left there is dropped.
    std::string& next_batch() noexcept;
    /// The batch is whole. Writes what is pending when that is much; throws RetryableError when the
    /// disk is full or fails, and then this batch is forgotten.
    void keep();
    /// Writes and syncs all kept batches. After a RetryableError it may be called again.
    void commit(StateWriter& state);

private:
    void write_pending();
    [[noreturn]] void write_failed(int error);
    std::uint64_t tail_hash(std::uint64_t offset) const;
    std::string quoted() const;

    std::filesystem::path path_;
    int file_ = -1;
    bool stream_ = false;
    bool folder_synced_ = false;
    std::uint64_t written_ = 0;  // bytes of the file that hold whole batches
    std::string pending_;
    std::size_t kept_ = 0;  // bytes of pending_ that hold whole batches
};

}  // namespace tsflow
