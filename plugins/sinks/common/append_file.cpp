#include "common/append_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "tsflow/error.hpp"
#include "tsflow/state.hpp"

namespace tsflow {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t write_size = 256 * 1024;
constexpr std::uint64_t tail_size = 4096;
constexpr std::int64_t no_offset = -1;  // the state of a stream
constexpr mode_t new_file_mode = 0666;  // the umask takes its part

bool is_stdout(const fs::path& path) {
    return path.filename() == "-";
}

std::string reason(int error) {
    return std::generic_category().message(error);
}

/// What may pass: an administrator frees or replaces space, a network disk comes back.
bool may_pass(int error) {
    return error == ENOSPC || error == EDQUOT || error == EFBIG || error == EIO;
}

int truncate_file(int file, std::uint64_t size) {
    int result = 0;
    do {
        result = ::ftruncate(file, static_cast<off_t>(size));
    } while (result != 0 && errno == EINTR);
    return result;
}

}  // namespace

std::string AppendFile::quoted() const {
    return "'" + path_.string() + "'";
}

bool AppendFile::is_stream(const fs::path& path) noexcept {
    std::error_code ignored;
    const fs::file_status status = fs::status(path, ignored);
    return is_stdout(path) ||
           (fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status));
}

void AppendFile::probe(const fs::path& path) {
    if (is_stdout(path)) {
        return;
    }
    fs::path needed = path;
    std::error_code error;
    while (!fs::exists(needed, error) && needed.has_relative_path()) {
        needed = needed.parent_path();
    }
    const bool there = needed == path;
    if (there && fs::is_directory(needed, error)) {
        throw Error("cannot write '" + path.string() + "': it is a folder; name a file in it");
    }
    if (!there && !fs::is_directory(needed, error)) {
        throw Error("cannot write '" + path.string() + "': '" + needed.string() +
                    "' is no folder; choose another path");
    }
    if (::access(needed.c_str(), there ? W_OK : W_OK | X_OK) != 0) {
        throw Error("cannot write '" + path.string() + "': '" + needed.string() +
                    "': " + reason(errno) + "; grant write access or choose another path");
    }
}

void AppendFile::open(const fs::path& path) {
    close();
    path_ = path;
    stream_ = is_stream(path);
    written_ = 0;
    kept_ = 0;
    pending_.clear();
    folder_synced_ = false;
    if (is_stdout(path)) {
        file_ = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
    } else {
        std::error_code failure;
        if (path.has_parent_path()) {
            fs::create_directories(path.parent_path(), failure);
        }
        if (failure) {
            throw Error("cannot make the folder of " + quoted() + ": " + failure.message() +
                        "; choose another path");
        }
        file_ = ::open(path.c_str(), (stream_ ? O_WRONLY : O_RDWR | O_CREAT) | O_CLOEXEC,
                       new_file_mode);
    }
    if (file_ < 0) {
        throw Error("cannot write " + quoted() + ": " + reason(errno) +
                    "; grant write access or choose another path");
    }
    if (!stream_ && ::flock(file_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        close();
        throw Error("another sink is writing " + quoted() +
                    ", in this or another process; end it or choose another path");
    }
}

void AppendFile::close() noexcept {
    if (file_ >= 0) {
        ::close(file_);
        file_ = -1;
    }
}

void AppendFile::start_anew() {
    written_ = 0;
    kept_ = 0;
    pending_.clear();
    if (!stream_ && truncate_file(file_, 0) != 0) {
        throw Error("cannot empty " + quoted() + ": " + reason(errno));
    }
}

void AppendFile::restore(StateReader& state) {
    const std::int64_t offset = state.integer();
    const auto hash = static_cast<std::uint64_t>(state.integer());
    kept_ = 0;
    pending_.clear();
    if (stream_) {
        return;
    }
    if (offset == no_offset) {
        throw Error(quoted() +
                    " is a file, and the checkpoint was taken when the path was a stream; set the "
                    "path back, or delete the pipeline's state to write the file anew");
    }
    struct stat info = {};
    if (::fstat(file_, &info) != 0) {
        throw Error("cannot read the size of " + quoted() + ": " + reason(errno));
    }
    if (info.st_size < offset) {
        throw Error(quoted() + " holds " + std::to_string(info.st_size) +
                    " bytes, and the last checkpoint stands at byte " + std::to_string(offset) +
                    ": the file was cut, replaced or removed since. Put it back, or delete the "
                    "pipeline's state to write it anew");
    }
    written_ = static_cast<std::uint64_t>(offset);
    if (tail_hash(written_) != hash) {
        throw Error("the bytes of " + quoted() + " before the last checkpoint, at byte " +
                    std::to_string(offset) +
                    ", are not those that were written: the file was changed or replaced since. "
                    "Put it back, or delete the pipeline's state to write it anew");
    }
    if (truncate_file(file_, written_) != 0) {
        throw Error("cannot cut " + quoted() + " to the last checkpoint, at byte " +
                    std::to_string(offset) + ": " + reason(errno));
    }
}

std::string& AppendFile::next_batch() noexcept {
    pending_.resize(kept_);
    return pending_;
}

void AppendFile::keep() {
    if (pending_.size() >= write_size) {
        const std::size_t kept = kept_;
        kept_ = pending_.size();
        try {
            write_pending();
        } catch (...) {
            kept_ = kept;
            throw;
        }
    }
    kept_ = pending_.size();
}

void AppendFile::write_pending() {
    const char* from = pending_.data();
    for (std::size_t done = 0; done < kept_;) {
        const auto at = static_cast<off_t>(written_ + done);
        const ssize_t count = stream_ ? ::write(file_, from + done, kept_ - done)
                                      : ::pwrite(file_, from + done, kept_ - done, at);
        if (count >= 0) {
            done += static_cast<std::size_t>(count);
        } else if (errno != EINTR) {
            write_failed(errno);
        }
    }
    written_ += kept_;
    kept_ = 0;
    pending_.clear();
}

void AppendFile::write_failed(int error) {
    const std::string message = "cannot write " + quoted() + ": " + reason(error);
    if (stream_) {
        throw Error(message);  // a part may have gone out, which a second try would double
    }
    // Should this fail too, the next write or restore() still starts at the same byte.
    static_cast<void>(truncate_file(file_, written_));
    if (may_pass(error)) {
        throw RetryableError(message);
    }
    throw Error(message);
}

void AppendFile::commit(StateWriter& state) {
    pending_.resize(kept_);
    write_pending();
    if (stream_) {
        state.integer(no_offset);
        state.integer(0);
        return;
    }
    // Never again after a failure: the kernel may have dropped the unwritten pages and would report
    // success the second time. A restart goes back to the last checkpoint and writes them anew.
    if (::fsync(file_) != 0) {
        throw Error(
            "cannot sync " + quoted() + " to the disk: " + reason(errno) +
            "; rows since the last checkpoint may be lost, and a restart writes them again");
    }
    if (!folder_synced_) {
        const fs::path folder = path_.has_parent_path() ? path_.parent_path() : fs::path{"."};
        const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (handle >= 0) {
            ::fsync(handle);  // some file systems cannot; the data itself is synced
            ::close(handle);
        }
        folder_synced_ = true;
    }
    state.integer(static_cast<std::int64_t>(written_));
    state.integer(static_cast<std::int64_t>(tail_hash(written_)));
}

/// FNV-1a of the last bytes before `offset`: cheap, and enough to notice another file.
std::uint64_t AppendFile::tail_hash(std::uint64_t offset) const {
    std::array<char, tail_size> bytes;
    const std::uint64_t size = std::min(offset, tail_size);
    std::uint64_t hash = 14695981039346656037U;
    for (std::uint64_t done = 0; done < size;) {
        const ssize_t count =
            ::pread(file_, bytes.data(), size - done, static_cast<off_t>(offset - size + done));
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            throw Error("cannot read back " + quoted() + ": " +
                        (count < 0 ? reason(errno) : "it was cut meanwhile"));
        }
        for (ssize_t i = 0; i < count; ++i) {
            hash = (hash ^ static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)])) *
                   1099511628211U;
        }
        done += static_cast<std::uint64_t>(count);
    }
    return hash;
}

}  // namespace tsflow
