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

/// What happens within the minutes, for those who subscribe to it: seconds, trades, quotes and the
/// rarer kinds. All follow from the minutes' bars and the seed.
class Ticks {
public:
    Ticks(const SimulatorOptions& options, Market& market, const Feed& feed)
        : options_(options), market_(market), feed_(feed) {}

    /// Whether anybody wants any of it.
    bool wanted() const;
    /// How much of the market's time makes a fair portion of events.
    std::int64_t slice_ms() const;
    /// Appends what happens in [from, to) of the minute, as far as somebody wants it.
    void play(std::int64_t minute, std::int64_t from_ms, std::int64_t to_ms, Events& out);

private:
    /// A ticker's running minute and day.
    struct Running {
        std::optional<MinutePath> path;  // nothing: no trade in this minute
        DayTotals day;
        double turnover = 0;
        std::int64_t sequence = 0;
    };

    void enter(std::int64_t minute);

    const SimulatorOptions& options_;
    Market& market_;
    const Feed& feed_;
    std::int64_t minute_ = -1;
    std::vector<Running> running_;
};

}  // namespace tsflow::massive_sim
