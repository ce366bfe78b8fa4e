#include "seconds.hpp"

#include <algorithm>
#include <cmath>

#include "random.hpp"

namespace tsflow::massive_sim {

namespace {

constexpr int seconds = 60;
constexpr int last_second = seconds - 1;

}  // namespace

MinutePath::MinutePath(const Bar& bar, std::uint64_t hash) : bar_(bar) {
    // Neither of them is the first or the last second, whose prices are given.
    constexpr std::uint64_t inner = seconds - 2;
    const std::uint64_t drawn = mix(hash, static_cast<std::uint64_t>(bar.minute));
    low_at_ = static_cast<int>(1 + drawn % inner);
    high_at_ = static_cast<int>(1 + (drawn >> 32) % inner);
    if (high_at_ == low_at_) {
        high_at_ = low_at_ < last_second - 1 ? low_at_ + 1 : low_at_ - 1;
    }
}

double MinutePath::price(int second) const noexcept {
    struct Knot {
        int at;
        double price;
    };
    const Knot low{low_at_, bar_.low};
    const Knot high{high_at_, bar_.high};
    const bool low_first = low_at_ < high_at_;
    const Knot knots[] = {
        {-1, bar_.open}, low_first ? low : high, low_first ? high : low, {last_second, bar_.close}};
    int left = 0;
    while (left < 2 && knots[left + 1].at < second) {
        ++left;
    }
    const Knot& from = knots[left];
    const Knot& to = knots[left + 1];
    if (second >= to.at) {
        return to.price;
    }
    constexpr double cents = 100;
    const double part =
        static_cast<double>(second - from.at) / static_cast<double>(to.at - from.at);
    const double between = from.price + (to.price - from.price) * part;
    return std::clamp(std::round(between * cents) / cents, bar_.low, bar_.high);
}

std::optional<Bar> MinutePath::second(int second) const noexcept {
    // Shares that do not divide evenly trade where the price is at its marks.
    const double even = std::floor(bar_.volume / seconds);
    double rest = bar_.volume - even * seconds;
    double shares = even;
    const auto give = [&](int to, double most) {
        const double part = std::min(rest, most);
        rest -= part;
        shares += to == second ? part : 0;
    };
    give(0, 1);
    give(low_at_, 1);
    give(high_at_, 1);
    give(last_second, rest);
    if (shares <= 0) {
        return std::nullopt;
    }
    Bar bar{.minute = bar_.minute, .open = price(second - 1), .close = price(second)};
    bar.high = std::max(bar.open, bar.close);
    bar.low = std::min(bar.open, bar.close);
    bar.volume = shares;
    return bar;
}

}  // namespace tsflow::massive_sim
