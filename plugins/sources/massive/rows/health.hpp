#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "calendar/calendar.hpp"
#include "feed/feed.hpp"
#include "rows/side_rows.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/context.hpp"

namespace tsflow::massive {

/// How the connections fare, as rows of port `health` and as metrics. The stage's thread only.
class Health {
public:
    Health(std::vector<std::string> connections, Context& context);

    /// Rows that came over a connection in one frame.
    void events(std::size_t connection, std::uint64_t count) { events_[connection] += count; }
    /// Rows of any channel as received: notes how long after the end of their window, which is empty for
    /// ticks, they came.
    void received(const Batch& batch, Duration window);
    /// The pipeline is about to get `batch`: notes how long ago the first of its rows was received.
    void handed_on(const Batch& batch, Timestamp now);
    /// About once a second. `tickers`: what each connection delivers.
    void report(const std::vector<ConnectionStatus>& status, const std::vector<Tickers>& tickers,
                Timestamp now);

    BatchBuilder& rows() noexcept { return rows_; }

private:
    struct Metrics {
        Gauge* up;
        Gauge* assigned;
        Gauge* silent;
        Gauge* lag_p50;
        Gauge* lag_p99;
        Counter* events;
        Counter* reconnects;
        Counter* errors;
    };
    std::int64_t silent_among(const Tickers& tickers, Timestamp now) const;

    std::vector<Symbol> names_;
    std::vector<std::uint64_t> events_;
    std::vector<std::vector<std::int64_t>> lags_;  // since the last report
    std::vector<std::int64_t> delays_;             // from received to handed on, likewise
    std::vector<Timestamp> heard_;                 // by symbol code: when its last row came
    std::vector<Metrics> metrics_;
    Gauge& delay_p50_;
    Gauge& delay_p99_;
    const market::Calendar& calendar_;
    BatchBuilder rows_;
};

}  // namespace tsflow::massive
