#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "tsflow/record.hpp"
#include "tsflow/schema.hpp"
#include "tsflow/symbol.hpp"
#include "tsflow/time.hpp"

namespace tsflow::massive {

/// A row of port `health`: one connection, about once a second.
struct HealthRow {
    Timestamp time;
    Symbol connection;
    Symbol state;               ///< as `to_string(SessionState)`
    std::int64_t messages = 0;  ///< frames received
    std::int64_t events = 0;    ///< rows made of them
    std::int64_t bytes = 0;
    std::int64_t errors = 0;
    std::int64_t reconnects = 0;
    std::optional<Timestamp> last_message;
    std::int64_t assigned = 0;  ///< tickers
    std::int64_t silent = 0;    ///< tickers that nothing came of for long, while the market is open
    std::optional<std::int64_t>
        lag_p50;  ///< receive time minus event time, of bars the window's end
    std::optional<std::int64_t> lag_p99;

    static constexpr auto columns() {
        return std::tuple{column("time", &HealthRow::time).key().event_time(),
                          column("connection", &HealthRow::connection).key(),
                          column("state", &HealthRow::state),
                          column("messages", &HealthRow::messages).in("count"),
                          column("events", &HealthRow::events).in("count"),
                          column("bytes", &HealthRow::bytes).in("bytes"),
                          column("errors", &HealthRow::errors).in("count"),
                          column("reconnects", &HealthRow::reconnects).in("count"),
                          column("last_message", &HealthRow::last_message),
                          column("assigned", &HealthRow::assigned).in("count"),
                          column("silent", &HealthRow::silent).in("count"),
                          column("lag_p50", &HealthRow::lag_p50).in("ns"),
                          column("lag_p99", &HealthRow::lag_p99).in("ns")};
    }
};

/// A row of port `gaps`: a hole, again each time that it changes.
struct GapRow {
    std::int64_t id = 0;
    Symbol channel;  ///< the port's name, such as `minute`
    Symbol symbol;
    Timestamp from;
    std::optional<Timestamp> to;  ///< exclusive; null: still dark
    Symbol cause;
    Symbol state;
    Timestamp filled_to;
    std::int64_t rows = 0;  ///< backfilled
    Timestamp detected;
    Timestamp changed;
    std::string detail;

    static constexpr auto columns() {
        return std::tuple{column("id", &GapRow::id).key(),
                          column("channel", &GapRow::channel),
                          column("symbol", &GapRow::symbol),
                          column("from", &GapRow::from).event_time(),
                          column("to", &GapRow::to),
                          column("cause", &GapRow::cause),
                          column("state", &GapRow::state),
                          column("filled_to", &GapRow::filled_to),
                          column("rows", &GapRow::rows).in("count"),
                          column("detected", &GapRow::detected),
                          column("changed", &GapRow::changed),
                          column("detail", &GapRow::detail)};
    }
};

}  // namespace tsflow::massive
