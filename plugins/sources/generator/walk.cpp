#include "walk.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "market/bar.hpp"

namespace tsflow::generator {

namespace {

namespace bar_column = market::bar_column;

constexpr double cents_per_dollar = 100;
/// Without it, endless walks would end at prices of a cent or of millions.
constexpr double pull_home = 0.0005;

/// The numbers that a bar is made of are fields of one random word:
///
///     63        52 51       42 41      32 31           16 15            0
///     |  volume   |  low wick |  high wick |      move     +     move     |
constexpr unsigned move_bits = 16;
constexpr unsigned wick_bits = 10;
constexpr unsigned volume_bits = 12;

constexpr std::uint64_t field(std::uint64_t word, unsigned shift, unsigned bits) {
    return (word >> shift) & ((std::uint64_t{1} << bits) - 1);
}

constexpr std::uint64_t golden = 0x9e3779b97f4a7c15;

/// The finaliser of SplitMix64: neighbouring numbers become unrelated words.
constexpr std::uint64_t scramble(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

}  // namespace

std::string ticker_of(std::size_t symbol) {
    constexpr std::size_t least_digits = 4;
    const std::string number = std::to_string(symbol + 1);
    return "SYN" + std::string(least_digits - std::min(number.size(), least_digits), '0') + number;
}

Walk::Walk(const Settings& settings) : settings_(settings) {
    for (std::size_t i = 0; i < settings_.symbols; ++i) {
        symbols_.push_back(Symbol::intern(ticker_of(i)));
        // Between half and one and a half of the average.
        const double share =
            0.5 + std::ldexp(static_cast<double>(scramble(settings_.seed ^ scramble(i))), -64);
        home_.push_back(std::max(1.0, std::round(settings_.price * cents_per_dollar * share)));
        prices_.push_back(static_cast<std::int64_t>(home_.back()));
    }
}

Timestamp Walk::time() const noexcept {
    return settings_.start +
           settings_.interval * static_cast<std::int64_t>(row_ / settings_.symbols);
}

void Walk::restore(std::uint64_t row, std::vector<std::int64_t> prices) {
    row_ = row;
    prices_ = std::move(prices);
}

void Walk::append(std::size_t count, BatchBuilder& out) {
    const std::span symbol = out.extend<Symbol>(bar_column::symbol, count);
    const std::span timestamp = out.extend<Timestamp>(bar_column::timestamp, count);
    const std::span open = out.extend<double>(bar_column::open, count);
    const std::span high = out.extend<double>(bar_column::high, count);
    const std::span low = out.extend<double>(bar_column::low, count);
    const std::span close = out.extend<double>(bar_column::close, count);
    const std::span volume = out.extend<double>(bar_column::volume, count);
    const std::span transactions = out.extend<std::int64_t>(bar_column::transactions, count);

    // Two uniform fields add up to a triangle over ±2^16, whose standard deviation is 2^16 / √6.
    const double move_scale = settings_.volatility * std::sqrt(6.0) / (1 << move_bits);
    const double wick_scale = settings_.volatility / (1 << wick_bits);
    const std::uint64_t key = scramble(settings_.seed);
    std::size_t s = row_ % settings_.symbols;
    Timestamp now = time();

    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t word = scramble(key + (row_ + i) * golden);
        const std::int64_t from = prices_[s];
        const auto price = static_cast<double>(from);
        const double move = static_cast<double>(field(word, 0, move_bits)) +
                            static_cast<double>(field(word, 16, move_bits)) -
                            ((1 << move_bits) - 1);
        const double reached =
            price + price * move * move_scale + (home_[s] - price) * pull_home + 0.5;
        const std::int64_t to = std::max<std::int64_t>(1, static_cast<std::int64_t>(reached));
        const double wick = price * wick_scale;
        const auto above =
            static_cast<std::int64_t>(wick * static_cast<double>(field(word, 32, wick_bits)));
        const auto below =
            static_cast<std::int64_t>(wick * static_cast<double>(field(word, 42, wick_bits)));
        const std::int64_t top = std::max(from, to) + above;
        const std::int64_t bottom = std::max<std::int64_t>(1, std::min(from, to) - below);
        const auto size = static_cast<std::int64_t>(field(word, 52, volume_bits));

        symbol[i] = symbols_[s];
        timestamp[i] = now;
        open[i] = price / cents_per_dollar;
        high[i] = static_cast<double>(top) / cents_per_dollar;
        low[i] = static_cast<double>(bottom) / cents_per_dollar;
        close[i] = static_cast<double>(to) / cents_per_dollar;
        volume[i] = static_cast<double>(100 + size * size / 16);
        transactions[i] = 1 + size / 4;
        prices_[s] = to;
        if (++s == settings_.symbols) {
            s = 0;
            now += settings_.interval;
        }
    }
    row_ += count;
}

}  // namespace tsflow::generator
