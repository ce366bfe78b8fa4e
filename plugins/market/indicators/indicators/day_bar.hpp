#pragma once

namespace tsflow::market {

/// One session of one symbol, finished or so far; USD and shares.
struct DayBar {
    double open = 0;
    double high = 0;
    double low = 0;
    double close = 0;
    double volume = 0;

    friend bool operator==(const DayBar&, const DayBar&) = default;
};

/// Whether all prices are finite and above zero, the volume is finite and not negative, and high and low
/// enclose the others. Everything else in this library takes only plausible bars.
bool plausible(const DayBar& bar) noexcept;

/// The bar in the terms of after a split into `ratio` new shares for an old one: prices divided, volume
/// multiplied. On the ex-date every stored price of the symbol is put into today's terms so, before its
/// first bar; splits of one day in any order. Not rounded here: only what is compared as ticks is.
DayBar after_split(const DayBar& bar, double ratio) noexcept;

}  // namespace tsflow::market
