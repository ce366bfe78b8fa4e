#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "config/pipeline_spec.hpp"
#include "log/secrets.hpp"
#include "runtime/checkpoint_store.hpp"
#include "runtime/letter.hpp"

namespace tsflow {

/// What all nodes of a run have in common when they put records aside.
struct LetterRules {
    std::optional<std::filesystem::path> folder;  ///< without it letters are only counted
    LetterOrigin origin;
    DeadLetterSpec limit;
    Secrets secrets;
};

/// The records that one node put aside (`letter.hpp`, `letter_files.hpp`). What stands in the file counts as
/// far as the last checkpoint says; the rest is cut off after a crash, because its rows come again. So a
/// letter is kept exactly once. All but `count()`, `dropped()` and `stored()` belong to the node's stage.
class DeadLetters {
public:
    DeadLetters(std::string node, const LetterRules& rules);
    ~DeadLetters();
    DeadLetters(const DeadLetters&) = delete;
    DeadLetters& operator=(const DeadLetters&) = delete;

    /// `port`: the input that the row came by, or empty. Throws Error when the limit is reached and the
    /// letter may not push out others.
    void add(Timestamp time, const Batch& batch, std::size_t row, std::string_view port,
             std::string_view reason);
    void add(Timestamp time, std::string_view raw, std::string_view reason);
    /// Nothing when there is room for more letters; else why those in memory, as many as may be, cannot
    /// be written.
    std::optional<std::string> blocked();
    /// Makes all letters so far durable. Throws RetryableError.
    LettersState commit();
    /// Cuts the file back to what `state` says. Throws Error when it is shorter.
    void restore(const LettersState& state);
    /// After restore(): the letters that are to go with the next checkpoint. Throws Error.
    void take_out(const std::function<bool(std::uint64_t id)>& goes);
    /// A checkpoint with `state` is stored: files that it no longer names go. The host's thread.
    void stored(const LettersState& state) noexcept;

    bool kept() const noexcept { return rules_.folder.has_value(); }
    /// Of this run.
    std::uint64_t count() const noexcept { return count_.load(std::memory_order_relaxed); }
    /// All that are kept, with those of earlier runs.
    std::uint64_t waiting() const noexcept { return waiting_.load(std::memory_order_relaxed); }
    /// Those that the limit pushed out in this run.
    std::uint64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }

private:
    void add(Letter letter);
    void make_room(std::size_t bytes);
    void drop_oldest(std::uint64_t bytes);
    void use(const LettersState& state);
    /// False, with errno set, when not all could be written.
    bool flush();
    void close_file() noexcept;
    std::string failure(const char* what) const;

    const std::string node_;
    const LetterRules& rules_;
    int fd_ = -1;
    bool named_ = false;  // the file's name is on the disk
    std::string buffer_;
    LettersState state_;  // with what is still in the buffer
    std::uint64_t last_stored_ = 0;
    std::atomic<std::uint64_t> count_{0};
    std::atomic<std::uint64_t> waiting_{0};
    std::atomic<std::uint64_t> dropped_{0};
};

}  // namespace tsflow
