#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "tsflow/batch.hpp"
#include "tsflow/time.hpp"

namespace tsflow {

/// The records that one node put aside, in `state_dir/dead_letters/<path>.jsonl`, one JSON object a line:
/// time, node, reason, and `record` (a row) or `raw` (text that never became a row). The file's length
/// is part of the checkpoint and cut back to it after a crash, so that no letter is kept twice.
class DeadLetters {
public:
    /// Without a folder the letters are only counted.
    DeadLetters(std::string node, std::optional<std::filesystem::path> folder);
    ~DeadLetters();
    DeadLetters(const DeadLetters&) = delete;
    DeadLetters& operator=(const DeadLetters&) = delete;

    void add(Timestamp time, const Batch& batch, std::size_t row, std::string_view reason);
    void add(Timestamp time, std::string_view raw, std::string_view reason);
    /// Makes all letters so far durable; returns the file's length. Throws RetryableError.
    std::uint64_t commit();
    /// Cuts the file back to `length`. Throws Error when it is shorter.
    void restore(std::uint64_t length);

    bool kept() const noexcept { return folder_.has_value(); }
    std::uint64_t count() const noexcept { return count_.load(std::memory_order_relaxed); }

private:
    std::string head(Timestamp time, std::string_view reason) const;
    void append(const std::string& line);
    /// False, with errno set, when not all could be written.
    bool flush();
    std::string failure(const char* what) const;

    std::string node_;
    std::optional<std::filesystem::path> folder_;
    std::filesystem::path file_;
    int fd_ = -1;
    std::string buffer_;
    std::uint64_t length_ = 0;
    std::atomic<std::uint64_t> count_{0};
};

}  // namespace tsflow
