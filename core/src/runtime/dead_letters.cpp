#include "runtime/dead_letters.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "runtime/letter_files.hpp"
#include "runtime/state_dir.hpp"
#include "tsflow/error.hpp"

namespace tsflow {
namespace {

constexpr std::size_t flush_at = 64 * 1024;
/// A folder that cannot be written now may be soon; until then memory serves, up to here.
constexpr std::size_t most_buffered = 16 * 1024 * 1024;

constexpr const char* holds_secret =
    "it holds the value of a secret option, which is stored nowhere";

bool row_holds(const Secrets& secrets, const Batch& row) {
    for (std::size_t column = 0; column < row.schema()->size(); ++column) {
        const Type type = (*row.schema())[column].type;
        if ((type == Type::string && secrets.within(row.strings(column)[0])) ||
            (type == Type::symbol && !row.is_null(column, 0) &&
             secrets.within(row.column<Symbol>(column)[0].text()))) {
            return true;
        }
    }
    return false;
}

}  // namespace

DeadLetters::DeadLetters(std::string node, const LetterRules& rules)
    : node_(std::move(node)), rules_(rules) {}

DeadLetters::~DeadLetters() {
    close_file();
}

void DeadLetters::close_file() noexcept {
    if (fd_ >= 0) {
        ::close(std::exchange(fd_, -1));
    }
}

void DeadLetters::add(Timestamp time, const Batch& batch, std::size_t row, std::string_view port,
                      std::string_view reason) {
    Letter letter;
    letter.time = time;
    letter.reason = reason;
    letter.port = port;
    if (kept()) {
        const std::array<std::uint32_t, 1> only{static_cast<std::uint32_t>(row)};
        letter.row = take(batch, only);  // a slice would keep the whole batch alive
        if (!rules_.secrets.empty() && row_holds(rules_.secrets, letter.row)) {
            letter.withheld = holds_secret;
        }
    }
    add(std::move(letter));
}

void DeadLetters::add(Timestamp time, std::string_view raw, std::string_view reason) {
    Letter letter;
    letter.time = time;
    letter.reason = reason;
    letter.raw = raw;
    if (rules_.secrets.within(raw)) {
        letter.withheld = holds_secret;
    }
    add(std::move(letter));
}

void DeadLetters::add(Letter letter) {
    if (!kept()) {
        count_.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    letter.id = state_.next_id;
    letter.node = node_;
    letter.reason = rules_.secrets.hide(letter.reason);
    letter.origin = rules_.origin;
    std::string line = encode(letter);
    if (rules_.limit.max_bytes && line.size() >= *rules_.limit.max_bytes) {
        letter.withheld = fmt::format("it is larger than max_bytes, {}", *rules_.limit.max_bytes);
        line = encode(letter);
    }
    line += '\n';
    make_room(line.size());
    buffer_ += line;
    state_.length += line.size();
    ++state_.count;
    ++state_.next_id;
    waiting_.store(state_.count, std::memory_order_relaxed);
    count_.fetch_add(1, std::memory_order_relaxed);
    if (buffer_.size() >= flush_at) {
        flush();
    }
}

std::optional<std::string> DeadLetters::blocked() {
    if (buffer_.size() <= most_buffered || flush()) {
        return std::nullopt;
    }
    return failure("write");
}

void DeadLetters::make_room(std::size_t bytes) {
    const auto& limit = rules_.limit;
    if (!limit.max_bytes || state_.length + bytes <= *limit.max_bytes) {
        return;
    }
    if (!limit.drop_oldest) {
        throw Error(
            fmt::format("its dead letters have reached 'max_bytes', {}: mend the cause and replay "
                        "or drop them (tsflow dlq), or raise the limit",
                        *limit.max_bytes));
    }
    drop_oldest(bytes);
}

/// Makes a quarter of the limit free, so that not each letter has the file written anew.
void DeadLetters::drop_oldest(std::uint64_t bytes) {
    if (!flush()) {
        return;  // the disk is full: blocked() tells, and the next letter tries again
    }
    const std::uint64_t most = *rules_.limit.max_bytes;
    const std::uint64_t keep = most - std::max(most / 4, bytes);
    std::uint64_t ahead = state_.length;
    const std::uint64_t before = state_.count;
    try {
        use(rewrite_letters(*rules_.folder, node_, state_, [&](std::string_view line) {
            const bool stays = ahead <= keep;
            ahead -= line.size() + 1;
            return stays;
        }));
    } catch (const Error&) {
        return;
    }
    dropped_.fetch_add(before - state_.count, std::memory_order_relaxed);
}

void DeadLetters::use(const LettersState& state) {
    close_file();
    state_ = state;
    waiting_.store(state.count, std::memory_order_relaxed);
}

std::string DeadLetters::failure(const char* what) const {
    const int reason = errno;
    return fmt::format("cannot {} the dead letters '{}': {}", what,
                       letter_file(*rules_.folder, node_, state_.generation).string(),
                       std::strerror(reason));
}

bool DeadLetters::flush() {
    if (fd_ < 0) {
        std::error_code ignored;  // open() below says what is wrong
        std::filesystem::create_directories(*rules_.folder, ignored);
        fd_ = ::open(letter_file(*rules_.folder, node_, state_.generation).c_str(),
                     O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        named_ = false;
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

LettersState DeadLetters::commit() {
    if (!buffer_.empty() && !flush()) {
        throw RetryableError(failure("write"));
    }
    if (fd_ >= 0 && ::fdatasync(fd_) != 0) {
        throw RetryableError(failure("sync"));
    }
    if (fd_ >= 0 && !named_) {
        try {
            make_durable(letter_file(*rules_.folder, node_, state_.generation));
        } catch (const Error& error) {
            throw RetryableError(error.what());
        }
        named_ = true;
    }
    return state_;
}

void DeadLetters::restore(const LettersState& state) {
    use(state);
    if (!kept()) {
        return;
    }
    last_stored_ = state.generation;
    remove_letters(*rules_.folder, node_,
                   [&](std::uint64_t generation) { return generation != state.generation; });
    const std::filesystem::path file = letter_file(*rules_.folder, node_, state.generation);
    struct stat status {};
    const bool exists = ::stat(file.c_str(), &status) == 0;
    if (!exists && state.length == 0) {
        return;
    }
    if (!exists || static_cast<std::uint64_t>(status.st_size) < state.length) {
        throw Error(
            fmt::format("the dead letters '{}' hold {} bytes and the checkpoint {}: the file was "
                        "changed from outside; put it back, or remove the state_dir to start from "
                        "the beginning",
                        file.string(), exists ? status.st_size : 0, state.length));
    }
    if (::truncate(file.c_str(), static_cast<off_t>(state.length)) != 0) {
        throw Error(failure("cut back"));
    }
}

void DeadLetters::take_out(const std::function<bool(std::uint64_t id)>& goes) {
    use(rewrite_letters(*rules_.folder, node_, state_,
                        [&](std::string_view line) { return !goes(letter_id(line)); }));
}

void DeadLetters::stored(const LettersState& state) noexcept {
    if (kept() && std::exchange(last_stored_, state.generation) != state.generation) {
        // The node may be ahead, with the file of the next checkpoint.
        remove_letters(*rules_.folder, node_,
                       [&](std::uint64_t generation) { return generation < state.generation; });
    }
}

}  // namespace tsflow
