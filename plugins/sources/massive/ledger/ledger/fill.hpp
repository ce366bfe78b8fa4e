#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/gap.hpp"
#include "massive/rest_client.hpp"

namespace tsflow::massive {

using market::massive::BarsPage;
using market::massive::RestBar;
using market::massive::RestClient;
using market::massive::RestError;
using market::massive::Span;

/// The windows that REST has for a channel; nothing: its rows can be had only live.
std::optional<Span> span_of(Channel channel) noexcept;
Duration length_of(Span span) noexcept;

/// What is fetched as one range, for all the holes in it.
struct FillOrder {
    std::vector<std::int64_t> gaps;
    std::string symbol;
    Channel channel = Channel::minute;
    Timestamp from;  ///< start of a window
    Timestamp to;    ///< exclusive

    bool operator==(const FillOrder&) const = default;
};

/// One page of an order, or the reason why there will be none.
struct FillResult {
    enum class Trouble : std::uint8_t {
        none,
        refused,       ///< asking again is useless: the ticker or the range does not exist
        unauthorized,  ///< the key is wrong, or the plan does not include this
    };

    std::vector<std::int64_t> gaps;
    std::string symbol;
    Channel channel = Channel::minute;
    std::vector<RestBar> bars;  ///< ascending
    /// When this page was asked for. A bar that the feed sent later is newer than the one here.
    Timestamp requested;
    /// All before it is here now, with the results that came before.
    Timestamp through;
    bool done = false;  ///< the last result of its order
    Trouble trouble = Trouble::none;
    std::string message;  ///< for people, when there is trouble
};

/// How many of the result's bars are rows of `gap` that it did not have before: what
/// GapLedger::progress() wants to know.
std::int64_t bars_of(const FillResult& result, const Gap& gap) noexcept;

}  // namespace tsflow::massive
