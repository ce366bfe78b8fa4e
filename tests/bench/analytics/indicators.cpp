// The cost of one more session for every symbol of a universe: commit and value of an incremental indicator,
// beside TA-Lib's and Tulip's C code. Those keep no state between calls, so there are two figures for them: to
// tell one new value from a history of 250 bars, which is what a live system would ask, and a value of a whole
// series computed in one pass, which is the best that they can do.

#include <cmath>
#include <cstdio>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "analytics.hpp"
#include "indicators/history.hpp"
#include "indicators/volatility.hpp"
#include "indicators/wilder.hpp"
#include "measure.hpp"
#include "peers.hpp"

namespace tsflow::bench {
namespace {

using namespace tsflow::market;

constexpr std::size_t history = 250;

struct Universe {
    std::vector<double> high, low, close;  ///< symbol by symbol, oldest first
    std::vector<DayBar> bars;              ///< as they arrive: one of each symbol, then the next
    std::size_t symbols;

    explicit Universe(std::size_t count) : symbols(count) {
        std::mt19937_64 random(1);
        std::normal_distribution<double> step(0, 0.02);
        for (std::size_t symbol = 0; symbol < symbols; ++symbol) {
            double price = 50;
            for (std::size_t bar = 0; bar < history; ++bar) {
                price *= std::exp(step(random));
                close.push_back(price);
                high.push_back(price * 1.01);
                low.push_back(price * 0.985);
            }
        }
        for (std::size_t bar = 0; bar < history; ++bar) {
            for (std::size_t symbol = 0; symbol < symbols; ++symbol) {
                const std::size_t at = symbol * history + bar;
                bars.push_back({close[at], high[at], low[at], close[at], 0});
            }
        }
    }
    Series series(std::size_t symbol) const {
        const auto of = [symbol](const std::vector<double>& values) {
            return std::span(values).subspan(symbol * history, history);
        };
        return {of(high), of(low), of(close)};
    }
    const DayBar& bar(std::size_t symbol, std::size_t age) const {
        return bars[age * symbols + symbol];
    }
};

double checksum = 0;
bool all_agree = true;

/// Nanoseconds of commit and value, over all bars of all symbols, one bar of each symbol after the other.
template <class Make, class Commit>
double update_cost(const Universe& universe, Make make, Commit commit) {
    std::vector<decltype(make())> states(universe.symbols, make());
    const double time = seconds([&] {
        for (std::size_t bar = 0; bar < history; ++bar) {
            for (std::size_t symbol = 0; symbol < universe.symbols; ++symbol) {
                commit(states[symbol], universe.bar(symbol, bar));
                const double value = states[symbol].value();
                checksum += known(value) ? value : 0;
            }
        }
    });
    return time * 1e9 / static_cast<double>(history * universe.symbols);
}

/// Nanoseconds of one pass over one symbol's history.
double pass_cost(const Universe& universe, Indicator indicator, int period) {
    std::vector<double> out(history);
    const double time = seconds([&] {
        for (std::size_t symbol = 0; symbol < universe.symbols; ++symbol) {
            const int count = indicator(universe.series(symbol), period, out.data());
            checksum += out[static_cast<std::size_t>(count) - 1];
        }
    });
    return time * 1e9 / static_cast<double>(universe.symbols);
}

template <class Make, class Commit>
bool agrees(const Universe& universe, Indicator indicator, int period, double factor, Make make,
            Commit commit) {
    std::vector<double> out(history);
    for (std::size_t symbol = 0; symbol < universe.symbols; ++symbol) {
        auto ours = make();
        for (std::size_t bar = 0; bar < history; ++bar) {
            commit(ours, universe.bar(symbol, bar));
        }
        const int count = indicator(universe.series(symbol), period, out.data());
        const double theirs = factor * out[static_cast<std::size_t>(count) - 1];
        if (!(std::abs(ours.value() - theirs) <= 1e-9 * std::abs(theirs))) {
            return false;
        }
    }
    return true;
}

/// `factor`: what TA-Lib's value must be multiplied with to be ours; 0 when it has no such figure.
template <class Make, class Commit>
void compare(const Universe& universe, const std::string& name, int period, Indicator Peer::*member,
             double factor, Make make, Commit commit) {
    const std::string what = name + ", " + std::to_string(universe.symbols) + " symbols";
    if (other_libraries().empty()) {
        std::vector<double> costs;
        for (int run = 0; run < runs; ++run) {
            costs.push_back(update_cost(universe, make, commit));
        }
        report_plain(what, median(costs), "ns an update");
        return;
    }
    for (const Peer& peer : other_libraries()) {
        const Indicator theirs = peer.*member;
        const Paired costs = paired([&] { return update_cost(universe, make, commit); },
                                    [&] { return pass_cost(universe, theirs, period); });
        std::printf(
            "%-34s %7.1f ns; %s: newest of 250 %7.0f ns (%5.1f x ours), in a whole series %5.1f ns "
            "(%4.2f x ours)\n",
            what.c_str(), costs.a, peer.name.c_str(), costs.b, 1 / costs.ratio, costs.b / history,
            1 / costs.ratio / history);
        // Tulip begins its ATR a bar early and its EMA with the first value: it is not the same figure.
        if (peer.name == "TA-Lib" && !agrees(universe, theirs, period, factor, make, commit)) {
            std::printf("MISSED: the last values of %s differ from TA-Lib's\n", name.c_str());
            all_agree = false;
        }
    }
}

/// The return over ten sessions, with the interface of the others.
struct Return {
    CloseHistory closes{10 + 1};
    double value() const { return closes.session_return(10); }
};

}  // namespace

bool indicators() {
    if (other_libraries().empty()) {
        std::printf("TA-Lib and Tulip could not be built: see the folder of prepare.sh\n");
    }
    const auto close = [](auto& indicator, const DayBar& bar) { indicator.commit(bar.close); };
    const auto whole = [](auto& indicator, const DayBar& bar) { indicator.commit(bar); };
    for (const std::size_t symbols : {300, 10'000}) {
        const Universe universe(symbols);
        compare(
            universe, "SMA50", 50, &Peer::sma, 1, [] { return Sma(50); }, close);
        compare(
            universe, "EMA20", 20, &Peer::ema, 1, [] { return Ema(20); }, close);
        compare(
            universe, "ATR14", 14, &Peer::atr, 1, [] { return Atr(); }, whole);
        compare(
            universe, "RSI14", 14, &Peer::rsi, 1, [] { return Rsi(); }, close);
        compare(
            universe, "highest close of 100", 100, &Peer::max, 1, [] { return Highest(100); },
            close);
        compare(
            universe, "return over 10", 10, &Peer::roc, 0.01, [] { return Return(); },
            [](Return& state, const DayBar& bar) { state.closes.commit(bar.close); });
    }
    std::printf("(checksum %g)\n", checksum);
    return all_agree;
}

}  // namespace tsflow::bench
