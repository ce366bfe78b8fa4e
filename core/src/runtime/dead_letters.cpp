#include "runtime/dead_letters.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "tsflow/error.hpp"
#include "tsflow/text.hpp"

namespace tsflow {
namespace {

constexpr std::size_t flush_at = 64 * 1024;
constexpr std::size_t most_buffered = 64 * 1024 * 1024;

}  // namespace

DeadLetters::DeadLetters(std::string node, std::optional<std::filesystem::path> folder)
    : node_(std::move(node)), folder_(std::move(folder)) {
    if (folder_) {
        file_ = *folder_ / (node_ + ".jsonl");
    }
}

DeadLetters::~DeadLetters() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

std::string DeadLetters::head(Timestamp time, std::string_view reason) const {
    std::string line = fmt::format(R"({{"time":"{}","node":)", format_timestamp(time));
    append_json_text(line, node_);
    line += ",\"reason\":";
    append_json_text(line, reason);
    return line;
}

void DeadLetters::add(Timestamp time, const Batch& batch, std::size_t row,
                      std::string_view reason) {
    count_.fetch_add(1, std::memory_order_relaxed);
    if (folder_) {
        std::string line = head(time, reason) + ",\"record\":";
        append_json(line, batch, row);
        append(line + "}\n");
    }
}

void DeadLetters::add(Timestamp time, std::string_view raw, std::string_view reason) {
    count_.fetch_add(1, std::memory_order_relaxed);
    if (folder_) {
        std::string line = head(time, reason) + ",\"raw\":";
        append_json_text(line, raw);
        append(line + "}\n");
    }
}

void DeadLetters::append(const std::string& line) {
    buffer_ += line;
    length_ += line.size();
    // A folder that cannot be written now may be by the next commit; until then memory serves.
    if (buffer_.size() >= flush_at && !flush() && buffer_.size() > most_buffered) {
        throw RetryableError(failure("write"));
    }
}

std::string DeadLetters::failure(const char* what) const {
    return fmt::format("cannot {} the dead letters '{}': {}", what, file_.string(),
                       std::strerror(errno));
}

bool DeadLetters::flush() {
    if (fd_ < 0) {
        std::error_code ignored;  // open() below says what is wrong
        std::filesystem::create_directories(*folder_, ignored);
        fd_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    }
    while (fd_ >= 0 && !buffer_.empty()) {
        const ssize_t written = ::write(fd_, buffer_.data(), buffer_.size());
        if (written < 0 && errno != EINTR) {
            return false;
        }
        buffer_.erase(0, written < 0 ? 0 : static_cast<std::size_t>(written));
    }
    return fd_ >= 0;
}

std::uint64_t DeadLetters::commit() {
    if (!buffer_.empty() && !flush()) {
        throw RetryableError(failure("write"));
    }
    if (fd_ >= 0 && ::fdatasync(fd_) != 0) {
        throw RetryableError(failure("sync"));
    }
    return length_;
}

void DeadLetters::restore(std::uint64_t length) {
    length_ = length;
    if (!folder_) {
        return;
    }
    struct stat status {};
    const bool exists = ::stat(file_.c_str(), &status) == 0;
    if (!exists && length == 0) {
        return;
    }
    if (!exists || static_cast<std::uint64_t>(status.st_size) < length) {
        throw Error(
            fmt::format("the dead letters '{}' hold {} bytes and the checkpoint {}: the file was "
                        "changed from outside",
                        file_.string(), exists ? status.st_size : 0, length));
    }
    if (::truncate(file_.c_str(), static_cast<off_t>(length)) != 0) {
        throw Error(failure("cut back"));
    }
}

}  // namespace tsflow
