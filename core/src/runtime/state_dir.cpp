#include "runtime/state_dir.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <fmt/format.h>

#include "tsflow/error.hpp"

namespace tsflow {
namespace {

[[noreturn]] void fail(const char* what, const std::filesystem::path& path) {
    throw Error(fmt::format("cannot {} '{}': {}", what, path.string(), std::strerror(errno)));
}

/// A file descriptor that closes itself.
class Descriptor {
public:
    Descriptor(const std::filesystem::path& path, int flags, const char* what)
        : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {
        if (fd_ < 0) {
            fail(what, path);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    int get() const noexcept { return fd_; }
    int release() noexcept { return std::exchange(fd_, -1); }

private:
    int fd_;
};

void write_all(int fd, std::string_view bytes, const std::filesystem::path& path) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) {
            fail("write", path);
        }
        bytes.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
    }
}

void sync(int fd, const std::filesystem::path& path) {
    if (::fsync(fd) != 0) {
        fail("sync", path);
    }
}

void sync_folder(const std::filesystem::path& folder) {
    const Descriptor directory(folder, O_RDONLY | O_DIRECTORY, "open");
    sync(directory.get(), folder);
}

}  // namespace

StateDir::StateDir(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (error) {
        throw Error(
            fmt::format("cannot make the state_dir '{}': {}", folder_.string(), error.message()));
    }
    const std::filesystem::path path = folder_ / "lock";
    Descriptor file(path, O_RDWR | O_CREAT, "open");
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        std::string owner;
        std::ifstream(path) >> owner;
        throw Error(
            fmt::format("the state_dir '{}' is in use by process {}; stop it first, or give "
                        "this pipeline a state_dir of its own",
                        folder_.string(), owner.empty() ? "(unknown)" : owner));
    }
    if (::ftruncate(file.get(), 0) != 0) {
        fail("write", path);
    }
    write_all(file.get(), fmt::format("{}\n", ::getpid()), path);
    lock_ = file.release();
}

StateDir::~StateDir() {
    if (lock_ >= 0) {
        ::close(lock_);
    }
}

std::filesystem::path node_folder(const std::filesystem::path& state_dir, std::string_view path) {
    return state_dir / "nodes" / path;
}

std::filesystem::path journal_folder(const std::filesystem::path& state_dir) {
    return state_dir / "journal";
}

void write_atomically(const std::filesystem::path& file, std::string_view bytes) {
    std::filesystem::path temporary = file;
    temporary += ".tmp";
    {
        const Descriptor out(temporary, O_WRONLY | O_CREAT | O_TRUNC, "create");
        write_all(out.get(), bytes, temporary);
        sync(out.get(), temporary);
    }
    if (::rename(temporary.c_str(), file.c_str()) != 0) {
        fail("rename to", file);
    }
    sync_folder(file.parent_path());
}

void make_durable(const std::filesystem::path& file) {
    const Descriptor open(file, O_RDONLY, "open");
    sync(open.get(), file);
    sync_folder(file.parent_path());
}

}  // namespace tsflow
