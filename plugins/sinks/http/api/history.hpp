#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tsflow/time.hpp"

namespace tsflow::http {

/// A bar as it leaves the server.
struct Candle {
    Timestamp time;  ///< start of the window
    double open = 0;
    double high = 0;
    double low = 0;
    double close = 0;
    double volume = 0;
};

/// Which bars of a symbol, from the newest back.
struct CandleRange {
    std::string symbol;
    Timestamp from = Timestamp::min();  ///< inclusive
    Timestamp to = Timestamp::max();    ///< exclusive
    std::size_t limit = 0;
};

/// Where bars are that memory no longer holds.
class History {
public:
    /// The bars in ascending order, or what went wrong.
    using Done = std::function<void(std::vector<Candle> candles, const std::string& problem)>;
    virtual ~History() = default;
    /// Returns at once; `done` is called later on the caller's thread.
    virtual void bars(CandleRange range, Done done) = 0;
};

/// Bars of one minute put together to longer ones, which begin at whole multiples of `width`.
std::vector<Candle> widen(const std::vector<Candle>& minutes, Duration width);

}  // namespace tsflow::http
