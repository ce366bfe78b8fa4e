#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "journal/file_system.hpp"

namespace tsflow {
namespace {

namespace fs = std::filesystem;

/// Calls again what a signal interrupted.
template <class Call>
auto uninterrupted(Call call) {
    auto result = call();
    while (result < 0 && errno == EINTR) {
        result = call();
    }
    return result;
}

class PosixFile final : public File {
public:
    PosixFile(const fs::path& path, int flags, const char* what)
        : path_(path),
          fd_(uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0644); })) {
        if (fd_ < 0) {
            throw IoError(what, path, errno);
        }
    }
    PosixFile(const PosixFile&) = delete;
    PosixFile& operator=(const PosixFile&) = delete;
    ~PosixFile() override { ::close(fd_); }

    std::size_t write_some(std::span<const std::byte> bytes, std::uint64_t at) override {
        const ssize_t written = uninterrupted(
            [&] { return ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(at)); });
        return checked(written, "write");
    }
    std::size_t read_some(std::span<std::byte> bytes, std::uint64_t at) const override {
        const ssize_t got = uninterrupted(
            [&] { return ::pread(fd_, bytes.data(), bytes.size(), static_cast<off_t>(at)); });
        return checked(got, "read");
    }
    std::uint64_t size() const override {
        struct stat status {};
        checked(::fstat(fd_, &status), "look at");
        return static_cast<std::uint64_t>(status.st_size);
    }
    void truncate(std::uint64_t size) override {
        checked(uninterrupted([&] { return ::ftruncate(fd_, static_cast<off_t>(size)); }), "cut");
    }
    void sync() override {
        checked(uninterrupted([&] { return ::fdatasync(fd_); }), "sync");
    }

private:
    template <class Result>
    std::size_t checked(Result result, const char* what) const {
        if (result < 0) {
            throw IoError(what, path_, errno);
        }
        return static_cast<std::size_t>(result);
    }

    fs::path path_;
    int fd_;
};

class PosixFileSystem final : public FileSystem {
public:
    std::unique_ptr<File> create(const fs::path& path) override {
        return std::make_unique<PosixFile>(path, O_RDWR | O_CREAT | O_EXCL, "create");
    }
    std::unique_ptr<File> open(const fs::path& path, bool writable) override {
        return std::make_unique<PosixFile>(path, writable ? O_RDWR : O_RDONLY, "open");
    }
    void rename(const fs::path& from, const fs::path& to) override {
        if (::rename(from.c_str(), to.c_str()) != 0) {
            throw IoError("rename to", to, errno);
        }
    }
    void remove(const fs::path& path) override {
        if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
            throw IoError("remove", path, errno);
        }
    }
    std::vector<std::string> list(const fs::path& folder) override {
        std::error_code error;
        std::vector<std::string> names;
        for (fs::directory_iterator at(folder, error), end; !error && at != end;
             at.increment(error)) {
            names.push_back(at->path().filename().string());
        }
        if (error && error != std::errc::no_such_file_or_directory) {
            throw IoError("list", folder, error.value());
        }
        return names;
    }
    void make_folder(const fs::path& folder) override {
        struct stat status {};
        if (::stat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
            return;
        }
        if (folder.has_parent_path() && folder.parent_path() != folder) {
            make_folder(folder.parent_path());
        }
        if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) {
            throw IoError("make", folder, errno);
        }
        if (folder.has_parent_path()) {
            sync_folder(folder.parent_path());
        }
    }
    void sync_folder(const fs::path& folder) override {
        PosixFile(folder, O_RDONLY | O_DIRECTORY, "open").sync();
    }
};

}  // namespace

IoError::IoError(const char* what, const fs::path& path, int code)
    : RetryableError(fmt::format("cannot {} '{}': {}", what, path.string(), std::strerror(code))),
      code_(code) {}

FileSystem& system_files() {
    static PosixFileSystem files;
    return files;
}

void write_all(File& file, std::span<const std::byte> bytes, std::uint64_t at) {
    while (!bytes.empty()) {
        const std::size_t written = file.write_some(bytes, at);
        bytes = bytes.subspan(written);
        at += written;
    }
}

std::size_t read_full(const File& file, std::span<std::byte> bytes, std::uint64_t at) {
    std::size_t filled = 0;
    while (filled < bytes.size()) {
        const std::size_t got = file.read_some(bytes.subspan(filled), at + filled);
        if (got == 0) {
            break;
        }
        filled += got;
    }
    return filled;
}

}  // namespace tsflow
