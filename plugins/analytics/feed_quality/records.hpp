#pragma once

#include <cstdint>
#include <optional>
#include <tuple>

#include "tsflow/record.hpp"
#include "tsflow/symbol.hpp"
#include "tsflow/time.hpp"

namespace tsflow::feed_quality {

/// How good the minute bars of one minute are.
struct Quality {
    Timestamp minute;  ///< its START
    Date trade_date;
    Symbol session;             ///< `pre`, `regular` or `post`
    std::int64_t bars = 0;      ///< symbols with a bar
    std::int64_t repeated = 0;  ///< bars that came again as they were
    std::int64_t corrected = 0;
    std::int64_t rejected = 0;       ///< bars that cannot be, such as a high below the close
    std::optional<double> late_p50;  ///< first arrivals behind the end of the minute
    std::optional<double> late_p99;
    std::int64_t symbols_silent = 0;
    std::optional<std::int64_t> av_mismatch;
    std::optional<std::int64_t> compared;  ///< symbols with a bar in both inputs
    std::optional<std::int64_t> only_feed;
    std::optional<std::int64_t> only_built;
    std::optional<std::int64_t> price_mismatch;
    std::optional<std::int64_t> volume_mismatch;
    std::int64_t revision = 0;

    bool operator==(const Quality&) const = default;

    static constexpr auto columns() {
        return std::tuple{column("minute", &Quality::minute).key().event_time(),
                          column("trade_date", &Quality::trade_date),
                          column("session", &Quality::session),
                          column("bars", &Quality::bars).in("count"),
                          column("dup", &Quality::repeated).in("count"),
                          column("corrected", &Quality::corrected).in("count"),
                          column("rejected", &Quality::rejected).in("count"),
                          column("late_p50_ms", &Quality::late_p50).in("ms"),
                          column("late_p99_ms", &Quality::late_p99).in("ms"),
                          column("symbols_silent", &Quality::symbols_silent).in("count"),
                          column("av_mismatch", &Quality::av_mismatch).in("count"),
                          column("compared", &Quality::compared).in("count"),
                          column("only_feed", &Quality::only_feed).in("count"),
                          column("only_built", &Quality::only_built).in("count"),
                          column("price_mismatch", &Quality::price_mismatch).in("count"),
                          column("volume_mismatch", &Quality::volume_mismatch).in("count"),
                          column("revision", &Quality::revision).in("count")};
    }
};

}  // namespace tsflow::feed_quality
