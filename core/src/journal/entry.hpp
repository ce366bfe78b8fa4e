#pragma once

#include <cstdint>
#include <string>

#include "tsflow/batch.hpp"
#include "tsflow/time.hpp"

namespace tsflow {

/// What a journal keeps, in the order in which it came. The kinds' numbers are those in the file.
struct JournalEntry {
    enum class Kind : std::uint8_t {
        batch = 1,      ///< rows of one port
        watermark = 2,  ///< no row of the port before `time` will follow
        idle = 3,       ///< nothing came on the port for a while
        note = 4,       ///< bytes of the writer's own, such as what a source needs to go on
    };
    Kind kind = Kind::batch;
    std::uint16_t port = 0;
    /// The entry's place in the log: entries count up by one, for ever; given by `append()`.
    std::uint64_t offset = 0;
    /// When it was appended, by the host's clock; given by `append()`.
    Timestamp appended{};
    Batch batch;
    Timestamp time{};
    std::string note;
    /// How many entries right before this one are gone: dropped at the limit, or damaged. Set by cursors.
    std::uint64_t lost = 0;

    static JournalEntry of_batch(std::uint16_t port, Batch batch) {
        JournalEntry entry;
        entry.port = port;
        entry.batch = std::move(batch);
        return entry;
    }
    static JournalEntry of_watermark(std::uint16_t port, Timestamp time) {
        JournalEntry entry;
        entry.kind = Kind::watermark;
        entry.port = port;
        entry.time = time;
        return entry;
    }
    static JournalEntry of_idle(std::uint16_t port) {
        JournalEntry entry;
        entry.kind = Kind::idle;
        entry.port = port;
        return entry;
    }
    static JournalEntry of_note(std::string bytes) {
        JournalEntry entry;
        entry.kind = Kind::note;
        entry.note = std::move(bytes);
        return entry;
    }
};

}  // namespace tsflow
