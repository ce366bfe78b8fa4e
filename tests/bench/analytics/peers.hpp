#pragma once

#include <span>
#include <string>

namespace tsflow::bench {

/// One symbol's bars, oldest first.
struct Series {
    std::span<const double> high;
    std::span<const double> low;
    std::span<const double> close;
};

/// Indicators of another library over a whole series, written to `out`; the newest value comes last. Returns how
/// many values there are.
using Indicator = int (*)(const Series& series, int period, double* out);

struct Peer {
    std::string name;
    Indicator sma, ema, atr, rsi, max, roc;  ///< max: greatest close; roc: percent or fraction
};

/// TA-Lib and Tulip from the library that prepare.sh has built; none without it.
std::span<const Peer> other_libraries();

}  // namespace tsflow::bench
