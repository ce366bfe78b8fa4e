#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "journal/cursor.hpp"
#include "journal/journal.hpp"
#include "runtime/message.hpp"

namespace tsflow {

/// The part of a queue that is on disk: messages go in at one end, by one thread, and come out at the
/// other in the same order, by another. What was taken out is removed, segment by segment; the rest goes
/// with the object. It needs no durability: after a crash the source sends these rows again.
class Spill {
public:
    struct Settings {
        std::filesystem::path folder;  ///< of this queue alone
        std::string node;              ///< the queue's consumer, such as `sinks.bars`
        std::uint64_t max_bytes = 0;
        const Clock* clock = nullptr;
        JournalReport report;
    };
    /// Throws IoError.
    explicit Spill(const Settings& settings);
    ~Spill();
    Spill(const Spill&) = delete;
    Spill& operator=(const Spill&) = delete;

    /// The producer's thread. Nothing when the message is in, otherwise why it is not: at the limit, or
    /// the system's reason. Then the same message is put again later.
    std::optional<std::string> put(const Message& message);
    /// The consumer's thread, when a message is there. Throws IoError when the disk does not read, and
    /// Error when what was put is damaged.
    Message take();
    /// The consumer's thread: what was taken so far is not asked for again.
    void trim();
    /// Bytes on disk.
    std::uint64_t bytes() const { return journal_.figures().bytes; }

private:
    const std::filesystem::path folder_;
    const Clock& clock_;
    const std::string node_;
    Journal journal_;
    JournalCursor cursor_;
    bool appended_ = false;  // the message that is being put, but not flushed
};

}  // namespace tsflow
