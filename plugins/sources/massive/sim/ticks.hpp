#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "events.hpp"
#include "feed.hpp"
#include "market.hpp"
#include "seconds.hpp"
#include "sim/options.hpp"

namespace tsflow::massive_sim {

/// Tells what happens in the market as events, for those who subscribe to it. Within the minutes there
/// are seconds, trades, quotes and the rarer kinds: all follow from the minutes' bars and the seed.
class Ticks {
public:
    Ticks(const SimulatorOptions& options, Market& market, const Feed& feed)
        : options_(options), market_(market), feed_(feed) {}

    /// Whether anybody wants anything from within the minutes.
    bool wanted() const;
    /// How much of the market's time makes a fair portion of events.
    std::int64_t slice_ms() const;
    /// Appends what happens in [from, to) of the minute, as far as somebody wants it: `A` and `FMV`
    /// at the end of each second, `LULD` and `NOI` at the minute's beginning.
    void play(std::int64_t minute, std::int64_t from_ms, std::int64_t to_ms, Events& out);
    /// Appends the bars that are sent at a minute's end, `AM`.
    void end_of_minute(const std::vector<Update>& updates, Events& out) const;

private:
    /// A ticker's running minute and day.
    struct Running {
        std::optional<MinutePath> path;  // nothing: no trade in this minute
        DayTotals day;
        std::int64_t sequence = 0;
    };

    void enter(std::int64_t minute);
    void begin_of_minute(std::int64_t now_ms, Events& out);
    void within_second(int second, std::int64_t from_ms, std::int64_t to_ms, Events& out);
    void end_of_second(int second, std::int64_t end_ms, Events& out);
    void trade(std::size_t symbol, std::uint64_t draw, double price, std::int64_t ms, Events& out);
    void quote(std::size_t symbol, std::uint64_t draw, double price, std::int64_t ms, Events& out);

    const SimulatorOptions& options_;
    Market& market_;
    const Feed& feed_;
    std::int64_t minute_ = -1;
    std::vector<Running> running_;  // by ticker
};

}  // namespace tsflow::massive_sim
