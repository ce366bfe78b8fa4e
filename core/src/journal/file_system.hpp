#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tsflow/error.hpp"

namespace tsflow {

/// A system call that failed: a full or broken disk, a folder that may not be written. Whether it passes is
/// for time to tell.
class IoError : public RetryableError {
public:
    /// `cannot write '/var/…': No space left on device`
    IoError(const char* what, const std::filesystem::path& path, int code);
    /// As of `errno`.
    int code() const noexcept { return code_; }

private:
    int code_;
};

/// One open file. All functions throw IoError. Reads may run on other threads beside a write; all else
/// is for one thread at a time.
class File {
public:
    virtual ~File() = default;
    /// Writes at `at` and returns how many bytes the system took: at least one, maybe not all.
    virtual std::size_t write_some(std::span<const std::byte> bytes, std::uint64_t at) = 0;
    /// Reads at `at` and returns how many bytes there were: none only at the file's end.
    virtual std::size_t read_some(std::span<std::byte> bytes, std::uint64_t at) const = 0;
    virtual std::uint64_t size() const = 0;
    virtual void truncate(std::uint64_t size) = 0;
    /// Returns once all that was written, and the file's length, are on the disk.
    virtual void sync() = 0;
};

/// What the journal asks of a file system, and nothing more, so that tests can put one in its place that
/// loses what was not synced and fails at any step. All functions throw IoError and may be called from
/// any thread.
class FileSystem {
public:
    virtual ~FileSystem() = default;
    /// A new file, to be written and read; one of that name must not exist.
    virtual std::unique_ptr<File> create(const std::filesystem::path& path) = 0;
    virtual std::unique_ptr<File> open(const std::filesystem::path& path, bool writable) = 0;
    /// In place of what had that name, in one step.
    virtual void rename(const std::filesystem::path& from, const std::filesystem::path& to) = 0;
    virtual void remove(const std::filesystem::path& path) = 0;
    /// The names in a folder, in no order; none when the folder does not exist.
    virtual std::vector<std::string> list(const std::filesystem::path& folder) = 0;
    /// Makes a folder and those above it, durably; nothing when it exists.
    virtual void make_folder(const std::filesystem::path& folder) = 0;
    /// Returns once all names made and removed in the folder are so on the disk.
    virtual void sync_folder(const std::filesystem::path& folder) = 0;
};

/// The system's own; lives as long as the process.
FileSystem& system_files();

/// Writes all of `bytes`. Throws IoError; how much was written by then is not known.
void write_all(File& file, std::span<const std::byte> bytes, std::uint64_t at);
/// Fills `bytes` as far as the file reaches; returns how far.
std::size_t read_full(const File& file, std::span<std::byte> bytes, std::uint64_t at);

}  // namespace tsflow
