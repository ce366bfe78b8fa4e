#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "bar_source.hpp"
#include "sim/options.hpp"

namespace tsflow::massive_sim {

/// What the wire tells of a ticker's day, beside the minute: of all that is known by now, each bar in
/// its latest version.
struct DayTotals {
    double volume = 0;    ///< `av`
    double turnover = 0;  ///< volume times price
    double open = 0;      ///< `op`
    bool open_is_official = false;

    double average_price() const noexcept;  ///< `a`
};

/// Adds a bar (or, by the sign, takes it away) to a day's volume and turnover.
void add(DayTotals& day, const Bar& bar, double sign = 1) noexcept;

/// A bar as it is sent: new, late or corrected.
struct Update {
    std::size_t symbol = 0;
    Bar bar;
    DayTotals day;
};

/// The market as far as it was played: knows which version of which bar was known when, so that what
/// is streamed and what REST answers are the same numbers.
///
///     bar of minute m ── on time ───────────► sent at the end of m
///                     ── late ──────────────► sent at the end of m+1 … m+15
///                     ── to be corrected ───► first without its last trades, final up to m+15
class Market {
public:
    /// Throws Error when there is nothing to play.
    explicit Market(const SimulatorOptions& options);

    const std::vector<std::string>& symbols() const noexcept { return source_->symbols(); }
    std::optional<std::size_t> symbol(std::string_view ticker) { return source_->symbol(ticker); }

    /// The market's time begins here; called when play begins.
    void begin();
    /// The minute to play next, at whose end there is something to send; nothing: all was played.
    std::optional<std::int64_t> next_minute() const;
    /// Plays that minute: appends what is sent at its end.
    void play(std::int64_t minute, std::vector<Update>& out);
    /// The last minute played; at first the one before the start.
    std::int64_t played() const noexcept { return played_; }
    /// How many minutes were played.
    std::int64_t minutes_played() const noexcept { return minutes_played_; }

    /// The final version of a minute's bar, for what happens within the minute.
    std::optional<Bar> bar(std::size_t symbol, std::int64_t minute) const {
        return source_->bar(symbol, minute);
    }
    /// A ticker's day up to the minute's beginning, of what was played.
    DayTotals day_before(std::size_t symbol, std::int64_t minute);
    /// Appends a ticker's bars of the minutes [first, last] as they are known now.
    void known(std::size_t symbol, std::int64_t first, std::int64_t last,
               std::vector<Bar>& out) const;

    /// Appends the final versions of a ticker's bars of the minutes [first, last], known or not.
    void happened(std::size_t symbol, std::int64_t first, std::int64_t last,
                  std::vector<Bar>& out) const;

private:
    /// When the versions of a bar become known: at the end of these minutes.
    struct Schedule {
        std::int64_t first;
        std::optional<std::int64_t> corrected;
    };
    struct Due {
        std::size_t symbol;
        std::int64_t minute;  // of the bar
    };
    struct Running {
        std::int64_t day = -1;
        DayTotals totals;
    };

    std::int64_t data_end() const;
    Schedule schedule(std::size_t symbol, std::int64_t minute) const;
    std::optional<Bar> version(std::size_t symbol, std::int64_t minute, std::int64_t as_of) const;
    void known_as_of(std::size_t symbol, std::int64_t first, std::int64_t last, std::int64_t as_of,
                     std::vector<Bar>& out) const;
    void send(std::size_t symbol, std::int64_t minute, std::int64_t now, std::vector<Update>& out);
    Running& running(std::size_t symbol, std::int64_t day, std::int64_t now);

    SimulatorOptions options_;
    std::unique_ptr<BarSource> source_;
    std::int64_t played_ = 0;
    std::int64_t minutes_played_ = 0;
    std::int64_t last_minute_ = 0;  // that is played of the source, when options tell
    std::multimap<std::int64_t, Due> due_;
    std::vector<Running> running_;  // by ticker
};

}  // namespace tsflow::massive_sim
