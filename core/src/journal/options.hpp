#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "tsflow/context.hpp"
#include "tsflow/time.hpp"

namespace tsflow {

/// When what was flushed is made to reach the disk. Whatever the choice, a killed process loses nothing
/// that was flushed; this is about power cuts.
struct SyncPolicy {
    enum class When : std::uint8_t {
        always,    ///< before `flush()` returns
        interval,  ///< by a thread of the journal's own, every `interval`
        asked,     ///< by `sync()` only
    };
    When when = When::interval;
    Duration interval = std::chrono::milliseconds{100};
};

/// What happens when `max_bytes` or `max_age` is reached.
enum class AtLimit : std::uint8_t {
    block,        ///< `append()` takes nothing until `trim()` made room
    drop_oldest,  ///< the oldest segment goes; counted, reported, and told to cursors as lost
};

struct JournalOptions {
    std::filesystem::path folder;  ///< of this journal alone; made when absent
    std::string pipeline;          ///< for people who find the files
    std::string node;              ///< path: `sources.feed`
    SyncPolicy sync;
    AtLimit at_limit = AtLimit::block;
    std::uint64_t max_bytes = 0;  ///< of all segments; 0: no limit
    Duration max_age{0};          ///< of the oldest entry that is still needed; 0: no limit
    /// How long what is no longer needed stays, for who asks where a row came from; but it takes no room from
    /// what is needed, and goes when all together are more than `keep_bytes`.
    Duration keep{0};
    std::uint64_t keep_bytes = 0;
    bool compress = false;  ///< zstd
    /// A segment is closed when it has grown to this; a quarter of `max_bytes` at most.
    std::uint64_t segment_bytes = 64ull << 20;
    /// As `trim()` right after opening. When the log ends before it (a lost folder, a power cut within the
    /// sync interval), it goes on from here, so that no offset comes twice.
    std::uint64_t needed_from = 0;
};

/// Hears of what happens to the log besides its use: cut tails, damage, loss, failures of the background
/// sync. Called from any thread that uses the journal, and from its own.
using JournalReport = std::function<void(Level level, std::string_view message)>;

}  // namespace tsflow
