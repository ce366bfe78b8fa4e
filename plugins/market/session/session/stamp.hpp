#pragma once

#include <cstdint>
#include <tuple>
#include <vector>

#include "session/members.hpp"
#include "tsflow/record.hpp"
#include "tsflow/time.hpp"

namespace tsflow::market {

/// Which of a day's two states.
///
///     bars come ──────────▶ live       all that came: provisional rows, by the clock
///     the watermark passes ▶ complete   whole minutes, in their order: final rows, and what is committed
enum class View : std::uint8_t { live, complete };

/// How far the rows of a minute may be trusted.
enum class Status : std::uint8_t {
    provisional,  ///< bars of the minute may still be on their way
    settled,      ///< the minute ended `settle_after` ago; corrections still come
    final,        ///< the watermark has passed the minute
    reconciled,   ///< of a day's last minute: made of the official daily bars
};

/// `PROVISIONAL`, `SETTLED`, `FINAL`, `RECONCILED`.
Symbol to_symbol(Status status);

/// One publication of one minute.
struct Stamp {
    View view = View::complete;
    Status status = Status::final;
    Date trade_date;
    int minute = 0;       ///< of the session
    Timestamp timestamp;  ///< its start
    Timestamp as_of;  ///< the clock, or for complete minutes their end, so that replays are equal
    UniverseSet news = 0;  ///< universes whose members changed; the others' rows stay as they are
    std::int64_t sequence = 0;
    /// By universe: how often a row of this minute went out before.
    std::vector<std::int64_t> revisions;
};

/// The columns that every row about a universe begins with.
struct GroupHeader {
    Symbol universe;
    Timestamp timestamp;
    Date trade_date;
    Symbol session;
    Symbol status;
    Timestamp as_of;
    std::int64_t seq = 0;
    std::int64_t rev = 0;
    std::int64_t n_members = 0;
    std::int64_t n_eligible = 0;
    std::int64_t n_reporting = 0;

    void fill(const Stamp& stamp, const Members& members, std::size_t index);
    /// Of any tally of the indicators.
    template <class Tally>
    void count(const Tally& tally) {
        n_members = tally.members();
        n_eligible = tally.eligible();
        n_reporting = tally.reporting();
    }
};

/// Their declaration, for `std::tuple_cat` in a row's `columns()`. `Extra` stands behind the universe: what
/// else is part of the key.
template <class Row, class... Extra>
constexpr auto group_columns(Extra... extra) {
    return std::tuple{column<Row, Symbol>("universe", &Row::universe).key(),
                      extra...,
                      column<Row, Timestamp>("timestamp", &Row::timestamp).key().event_time(),
                      column<Row, Date>("trade_date", &Row::trade_date),
                      column<Row, Symbol>("session", &Row::session),
                      column<Row, Symbol>("status", &Row::status),
                      column<Row, Timestamp>("as_of", &Row::as_of),
                      column<Row, std::int64_t>("seq", &Row::seq),
                      column<Row, std::int64_t>("rev", &Row::rev),
                      column<Row, std::int64_t>("n_members", &Row::n_members).in("count"),
                      column<Row, std::int64_t>("n_eligible", &Row::n_eligible).in("count"),
                      column<Row, std::int64_t>("n_reporting", &Row::n_reporting).in("count")};
}

/// Null for what is unknown.
inline std::optional<double> or_null(double value) {
    return value == value ? std::optional{value} : std::nullopt;
}

}  // namespace tsflow::market
