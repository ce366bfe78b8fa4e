#include "session/day_so_far.hpp"

namespace tsflow::market {

namespace {

/// Sums that no market reaches wrap around, so that what is taken away later gives back what was.
std::int64_t sum(std::int64_t a, std::int64_t b, std::int16_t times) noexcept {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) +
                                     static_cast<std::uint64_t>(std::int64_t{times}) *
                                         static_cast<std::uint64_t>(b));
}

}  // namespace

void DaySoFar::count(const MinuteBar& bar, std::int16_t by) noexcept {
    bars = static_cast<std::int16_t>(bars + by);
    volume = sum(volume, bar.volume, by);
    if (bar.notional == no_notional) {
        without_notional = static_cast<std::int16_t>(without_notional + by);
    } else {
        notional = sum(notional, bar.notional, by);
    }
}

void DaySoFar::append(int minute, const MinuteBar& bar) noexcept {
    if (bars == 0) {
        open = bar.open;
        high = bar.high;
        low = bar.low;
    } else {
        high_before = high;
        low_before = low;
        close_before = close;
        high = std::max(high, bar.high);
        low = std::min(low, bar.low);
    }
    close = bar.close;
    newest_minute = static_cast<std::int16_t>(minute);
    count(bar, 1);
}

void DaySoFar::replace_newest(const MinuteBar& old, const MinuteBar& bar) noexcept {
    if (bars == 1) {
        open = bar.open;
        high = bar.high;
        low = bar.low;
    } else {
        high = std::max(high_before, bar.high);
        low = std::min(low_before, bar.low);
    }
    close = bar.close;
    count(old, -1);
    count(bar, 1);
}

DaySoFar DaySoFar::with_official(const DayBar& bar) const noexcept {
    DaySoFar day = *this;
    day.open = bar.open;
    day.high = bar.high;
    day.low = bar.low;
    day.close = bar.close;
    day.volume = to_shares(bar.volume);
    day.official = true;
    return day;
}

}  // namespace tsflow::market
