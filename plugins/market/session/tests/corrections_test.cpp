// Whatever the order in which bars come, how often and in how many versions: at every publication the day
// is what the bars known by then come to.

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "driven.hpp"
#include "market/bar.hpp"
#include "probe.hpp"
#include "tsflow/text.hpp"

using namespace tsflow;
using namespace tsflow::market;
using probe::Probe;

namespace {

constexpr int minutes = 45;
const std::vector<std::string> tickers{"A", "B", "C", "D", "E"};
const std::vector<std::string> columns{"symbol", "open", "high", "low", "close", "volume", "bars"};

struct Bar1 {
    int symbol, minute;
    double open, high, low, close, volume;
};

/// All that is known, by symbol and minute, and what it comes to.
class Known {
public:
    void take(const Bar1& bar) { bars_[{bar.symbol, bar.minute}] = bar; }
    std::string lines_until(int last) const {
        std::string text;
        for (int symbol = 0; symbol < static_cast<int>(tickers.size()); ++symbol) {
            DayBar day;
            int count = 0;
            for (int minute = 0; minute <= last; ++minute) {
                const auto found = bars_.find({symbol, minute});
                if (found == bars_.end()) {
                    continue;
                }
                const Bar1& bar = found->second;
                day.open = count == 0 ? bar.open : day.open;
                day.high = count == 0 ? bar.high : std::max(day.high, bar.high);
                day.low = count == 0 ? bar.low : std::min(day.low, bar.low);
                day.close = bar.close;
                day.volume += bar.volume;
                ++count;
            }
            text += tickers[static_cast<std::size_t>(symbol)];
            for (const double value : {day.open, day.high, day.low, day.close, day.volume}) {
                text += count == 0 ? " null" : " " + number(value);
            }
            text += " " + std::to_string(count) + "\n";
        }
        return text;
    }

private:
    static std::string number(double value) {
        std::string text;
        append_real(text, value);
        return text;
    }
    std::map<std::pair<int, int>, Bar1> bars_;
};

Batch batch_of(const std::vector<Bar1>& bars) {
    static const Timestamp open = at("2016-04-15T13:30:00Z");
    BatchBuilder builder(bar_schema());
    for (const Bar1& b : bars) {
        append(builder, Bar{Symbol::intern(tickers[static_cast<std::size_t>(b.symbol)]),
                            open + std::chrono::minutes{b.minute}, b.open, b.high, b.low, b.close,
                            b.volume, std::nullopt});
    }
    return builder.finish();
}

class Feed {
public:
    explicit Feed(unsigned seed) : random_(seed) {}

    Bar1 bar(int symbol, int minute) {
        const double open = price(), close = price();
        return {symbol,
                minute,
                open,
                std::max(open, close) + price() / 10,
                std::min(open, close) - price() / 20,
                close,
                static_cast<double>(below(100))};
    }
    int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
    void shuffle(std::vector<Bar1>& bars) { std::shuffle(bars.begin(), bars.end(), random_); }

private:
    double price() { return 50 + below(1000) / 8.0; }
    std::mt19937 random_;
};

/// The lines of the newest publication.
std::string newest(Driven<Probe>& probe) {
    const Batch fresh = probe.fresh();
    REQUIRE(fresh.rows() >= tickers.size());
    return lines(fresh.slice(fresh.rows() - tickers.size(), tickers.size()), columns);
}

}  // namespace

TEST_CASE("shuffled, repeated and corrected bars give what a full recomputation gives") {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        Feed feed(seed);
        Driven<Probe> probe("symbols = ['A', 'B', 'C', 'D', 'E']");
        probe.clock("2016-04-15T13:30:00Z");
        Known known;
        std::vector<Bar1> sent;
        for (int minute = 0; minute < minutes; ++minute) {
            // New bars of this minute, stragglers, versions of old ones, repetitions, in any order.
            std::vector<Bar1> coming;
            for (int symbol = 0; symbol < 5; ++symbol) {
                if (feed.below(4) != 0) {
                    coming.push_back(feed.bar(symbol, minute));
                }
            }
            for (int i = feed.below(6); i > 0; --i) {
                const int back = feed.below(4) == 0 ? feed.below(minute + 1) : minute;
                coming.push_back(feed.bar(feed.below(5), back));
            }
            if (!sent.empty() && feed.below(2) == 0) {
                coming.push_back(
                    sent[static_cast<std::size_t>(feed.below(static_cast<int>(sent.size())))]);
            }
            feed.shuffle(coming);
            for (const Bar1& bar : coming) {
                known.take(bar);
            }
            sent.insert(sent.end(), coming.begin(), coming.end());
            probe.give(batch_of(coming));
            if (std::any_of(coming.begin(), coming.end(),
                            [&](const Bar1& bar) { return bar.minute == minute; })) {
                probe.tick();
                CHECK(newest(probe) == known.lines_until(minute));
                probe.node->advance(at("2016-04-15T13:31:00Z") + std::chrono::minutes{minute},
                                    probe.out);
                CHECK(newest(probe) == known.lines_until(minute));
            }
        }
    }
}

TEST_CASE("bars of a whole day in any order give the same minutes") {
    Feed feed(7);
    std::vector<Bar1> all;
    Known known;
    for (int minute = 0; minute < minutes; ++minute) {
        for (int symbol = 0; symbol < 5; ++symbol) {
            all.push_back(feed.bar(symbol, minute));
            known.take(all.back());
        }
    }
    feed.shuffle(all);
    Driven<Probe> probe("publish_every = '0s'\nsymbols = ['A', 'B', 'C', 'D', 'E']");
    probe.give(batch_of(all));
    probe.finish();
    const Batch rows = probe.rows();
    REQUIRE(rows.rows() == minutes * tickers.size());
    for (int minute = 0; minute < minutes; ++minute) {
        const std::size_t first = static_cast<std::size_t>(minute) * tickers.size();
        CHECK(lines(rows.slice(first, tickers.size()), columns) == known.lines_until(minute));
    }
}
