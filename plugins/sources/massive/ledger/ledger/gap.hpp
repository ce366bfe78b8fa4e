#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "massive/channel.hpp"
#include "tsflow/time.hpp"

namespace tsflow::massive {

using market::massive::Channel;

/// Why rows are missing.
enum class Cause : std::uint8_t {
    disconnect,   ///< a connection was lost
    restart,      ///< the pipeline was not running
    failover,     ///< the ticker was on its way from one connection to another
    overflow,     ///< rows were dropped because they could not be kept
    volume_jump,  ///< the day's volume grew by more than the bars that came
};

/// How far the repair is.
///
///     open ──> filling ──> filled
///      │ ^───────┤
///      └─────────┴───────> permanent
enum class GapState : std::uint8_t {
    open,       ///< nothing was fetched yet, or the ticker is still dark
    filling,    ///< all before `filled_to` was fetched
    filled,     ///< all of it was fetched
    permanent,  ///< the rows cannot be had any more
};

/// A hole: rows of one ticker and channel whose window starts at or after `from` and before `to` may
/// be missing.
struct Gap {
    std::int64_t id = 0;  ///< never used again for another hole
    Channel channel = Channel::minute;
    std::string symbol;
    Timestamp from;
    std::optional<Timestamp> to;  ///< exclusive; none: still dark
    Cause cause = Cause::disconnect;
    GapState state = GapState::open;
    Timestamp filled_to;    ///< never before `from`
    std::int64_t rows = 0;  ///< backfilled
    Timestamp detected;
    Timestamp changed;
    std::string detail;  ///< a sentence for people

    bool operator==(const Gap&) const = default;
};

std::string_view to_string(Cause cause) noexcept;
std::string_view to_string(GapState state) noexcept;
std::optional<Cause> cause_of(std::string_view name) noexcept;
std::optional<GapState> gap_state_of(std::string_view name) noexcept;

}  // namespace tsflow::massive
