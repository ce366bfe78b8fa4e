// Minute bars that arrive in any order, twice, and corrected, kept up incrementally: at every point the same
// as everything computed anew. And a snapshot at any point changes nothing.

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <random>
#include <vector>

#include "indicators/breadth.hpp"
#include "indicators/high_low.hpp"
#include "indicators/history.hpp"
#include "indicators/oscillators.hpp"
#include "indicators/relative_strength.hpp"
#include "indicators/relative_volume.hpp"
#include "indicators/rotation.hpp"
#include "indicators/sector_index.hpp"
#include "indicators/sentiment.hpp"
#include "indicators/volatility.hpp"
#include "indicators/wilder.hpp"

using namespace tsflow;
using namespace tsflow::market;

namespace {

constexpr std::size_t members = 24;
constexpr std::size_t session_minutes = 30;

using Random = std::mt19937;

double in_cents(double price) {
    return std::round(price * 100) / 100;
}

struct Minute {
    std::size_t symbol;
    std::size_t minute;
    DayBar bar;
};

DayBar random_bar(Random& random, double around) {
    std::normal_distribution<double> step(0, 0.01);
    const double open = in_cents(around * std::exp(step(random)));
    const double close = in_cents(around * std::exp(step(random)));
    return {open, std::max(open, close) + 0.01, std::min(open, close) - 0.01, close,
            static_cast<double>(random() % 1'000'000) / 1000};
}

/// What is committed of one symbol before the session.
struct Committed {
    CloseHistory closes{60};
    Highest highest{20};
    Lowest lowest{20};
    Ema ema{20};
    Atr atr;
    Rsi rsi;
    AverageDailyRange range;
    HistoricalVolatility volatility;

    void commit(const DayBar& bar) {
        closes.commit(bar.close);
        highest.commit(bar.high);
        lowest.commit(bar.low);
        ema.commit(bar.close);
        atr.commit(bar);
        rsi.commit(bar.close);
        range.commit(bar);
        volatility.commit(bar.close);
    }
};

/// The bar of the day from what there is of its minutes.
DayBar day_of(const std::map<std::size_t, DayBar>& minutes) {
    DayBar day = minutes.begin()->second;
    day.volume = 0;
    for (const auto& [minute, bar] : minutes) {
        day.high = std::max(day.high, bar.high);
        day.low = std::min(day.low, bar.low);
        day.close = bar.close;
        day.volume += bar.volume;
    }
    return day;
}

/// Everything that a universe publishes, counted by one path or the other.
struct Universe {
    AdvanceDecline breadth;
    AboveAverage above_sma;
    AboveAverage above_ema;
    NewHighsLows extremes;
    SectorIndex index;
    ThresholdBar segments;
};

/// How one member stands in it.
struct Member {
    Issue issue;
    Standing sma = Standing::ineligible;
    Standing ema = Standing::ineligible;
    NewExtreme extreme;
    MemberMove move{1, unknown};
    double change = unknown;

    void enter(Universe& universe) const {
        universe.breadth.add(issue);
        universe.above_sma.add(sma);
        universe.above_ema.add(ema);
        universe.extremes.add(extreme);
        universe.index.add(move);
        universe.segments.add(change);
    }
    void leave(Universe& universe) const {
        universe.breadth.remove(issue);
        universe.above_sma.remove(sma);
        universe.above_ema.remove(ema);
        universe.extremes.remove(extreme);
        universe.index.remove(move);
        universe.segments.remove(change);
    }
};

Member member_of(const Committed& committed, const std::map<std::size_t, DayBar>& minutes) {
    Member member;
    const double previous = committed.closes.close();
    const bool traded = !minutes.empty();
    const DayBar day = traded ? day_of(minutes) : DayBar{};
    const Ticks last = to_ticks(day.close);
    member.issue = {direction_of(last, known(previous) ? to_ticks(previous) : no_price),
                    to_shares(day.volume)};
    const SmaThreshold threshold = committed.closes.sma_threshold(20);
    if (threshold.eligible()) {
        member.sma = traded ? standing_of(threshold.compare(last)) : Standing::not_traded;
    }
    if (known(committed.ema.value())) {
        member.ema = traded ? standing_of(day.close, committed.ema.value()) : Standing::not_traded;
    }
    member.extreme = new_extreme(committed.highest.value(), committed.lowest.value(),
                                 to_ticks(day.high), to_ticks(day.low));
    if (traded) {
        member.move.relative = day.close / previous;
        member.change = day.close / previous - 1;
    }
    return member;
}

void require_equal(const Universe& a, const Universe& b) {
    REQUIRE(a.breadth.members() == b.breadth.members());
    REQUIRE(a.breadth.eligible() == b.breadth.eligible());
    REQUIRE(a.breadth.advancing() == b.breadth.advancing());
    REQUIRE(a.breadth.declining() == b.breadth.declining());
    REQUIRE(a.breadth.unchanged() == b.breadth.unchanged());
    REQUIRE(a.breadth.up_volume() == b.breadth.up_volume());
    REQUIRE(a.breadth.down_volume() == b.breadth.down_volume());
    REQUIRE(a.above_sma.above() == b.above_sma.above());
    REQUIRE(a.above_sma.equal() == b.above_sma.equal());
    REQUIRE(a.above_sma.eligible() == b.above_sma.eligible());
    REQUIRE(a.above_ema.above() == b.above_ema.above());
    REQUIRE(a.extremes.highs() == b.extremes.highs());
    REQUIRE(a.extremes.lows() == b.extremes.lows());
    REQUIRE(a.extremes.reporting() == b.extremes.reporting());
    REQUIRE(a.index.reporting() == b.index.reporting());
    for (const auto segment : {ThresholdBar::significant_decline, ThresholdBar::minor_decline,
                               ThresholdBar::minor_advance, ThresholdBar::significant_advance}) {
        REQUIRE(a.segments.count(segment) == b.segments.count(segment));
    }
    if (known(b.index.live())) {
        REQUIRE(std::abs(a.index.live() / b.index.live() - 1) < 1e-12);
    } else {
        REQUIRE_FALSE(known(a.index.live()));
    }
}

/// Bars of one session as they may arrive: shuffled, some twice, some first with other values.
std::vector<Minute> arrivals(Random& random, const std::array<double, members>& prices) {
    std::vector<Minute> bars;
    for (std::size_t symbol = 0; symbol < members; ++symbol) {
        for (std::size_t minute = 0; minute < session_minutes; ++minute) {
            if (random() % 3 == 0) {
                continue;  // nobody traded
            }
            for (int copies = random() % 4 == 0 ? 2 : 1; copies > 0; --copies) {
                bars.push_back({symbol, minute, random_bar(random, prices[symbol])});
            }
            if (random() % 8 == 0) {
                bars.push_back(bars.back());
            }
        }
    }
    std::shuffle(bars.begin(), bars.end(), random);
    return bars;
}

}  // namespace

TEST_CASE("incremental state is the full recomputation at every arrival") {
    Random random(9);
    std::array<Committed, members> committed;
    std::array<double, members> prices{};
    for (std::size_t symbol = 0; symbol < members; ++symbol) {
        prices[symbol] = 20.0 + static_cast<double>(symbol);
        // The last ones are new: without a close before, or without full history.
        const std::size_t sessions = symbol + 2 < members ? 60 : members - 1 - symbol;
        for (std::size_t session = 0; session < sessions; ++session) {
            committed[symbol].commit(random_bar(random, prices[symbol]));
        }
    }
    std::array<std::map<std::size_t, DayBar>, members> minutes;
    std::array<RelativeVolume, members> volumes;
    Universe universe;
    std::array<Member, members> standing;
    for (std::size_t symbol = 0; symbol < members; ++symbol) {
        volumes[symbol].begin_session(false);
        standing[symbol] = member_of(committed[symbol], minutes[symbol]);
        standing[symbol].enter(universe);
    }

    std::size_t arrived = 0;
    for (const Minute& arrival : arrivals(random, prices)) {
        auto& of_symbol = minutes[arrival.symbol];
        const auto [at, inserted] = of_symbol.try_emplace(arrival.minute);
        volumes[arrival.symbol].add(arrival.minute, arrival.bar.volume - at->second.volume);
        at->second = arrival.bar;
        Member& member = standing[arrival.symbol];
        member.leave(universe);
        member = member_of(committed[arrival.symbol], of_symbol);
        member.enter(universe);

        if (++arrived % 25 == 0) {
            Universe anew;
            for (std::size_t symbol = 0; symbol < members; ++symbol) {
                member_of(committed[symbol], minutes[symbol]).enter(anew);
            }
            require_equal(universe, anew);
        }
    }
    REQUIRE(arrived > 400);

    // What is live is what committing the same day would have given.
    for (std::size_t symbol = 0; symbol < members; ++symbol) {
        const DayBar day = day_of(minutes[symbol]);
        Committed next = committed[symbol];
        const Committed& now = committed[symbol];
        next.commit(day);
        const auto same = [](double live, double value) {
            REQUIRE(known(live) == known(value));
            REQUIRE((!known(live) || std::abs(live - value) <= 1e-12 * std::abs(value)));
        };
        same(now.closes.live_return(5, day.close), next.closes.session_return(5));
        same(now.ema.live(day.close), next.ema.value());
        same(now.atr.live(day), next.atr.value());
        same(now.rsi.live(day.close), next.rsi.value());
        same(now.range.live(day), next.range.value());
        same(now.volatility.live(day.close), next.volatility.value());
        same(now.highest.live(day.high), next.highest.value());
        same(now.lowest.live(day.low), next.lowest.value());
    }
    // Volumes that came in any order are those that came in one.
    for (std::size_t symbol = 0; symbol < members; ++symbol) {
        RelativeVolume in_order;
        for (int session = 0; session < 10; ++session) {
            in_order.begin_session(false);
            in_order.add(0, 1000);
            in_order.end_session();
        }
        RelativeVolume other = in_order;
        for (const auto& [minute, bar] : minutes[symbol]) {
            in_order.add(minute, bar.volume);
        }
        for (auto at = minutes[symbol].rbegin(); at != minutes[symbol].rend(); ++at) {
            other.add(at->first, 2 * at->second.volume);
            other.add(at->first, -at->second.volume);
        }
        REQUIRE(other.cumulative(389) == Approx(in_order.cumulative(389)).epsilon(1e-6));
    }
}

namespace {

/// Commits `steps` random days twice, once with a save and restore after each; the states must stay equal
/// to the last bit.
template <class Make, class Commit>
void require_restorable(Make make, Commit commit, int steps = 120) {
    const auto bytes_of = [](const auto& indicator) {
        StateWriter state;
        indicator.save(state);
        return state.bytes();
    };
    Random for_whole(10);
    Random for_restored(10);
    auto whole = make();
    auto restored = make();
    for (int step = 0; step < steps; ++step) {
        commit(whole, for_whole);
        commit(restored, for_restored);
        const std::string bytes = bytes_of(restored);
        StateReader reader(bytes);
        auto next = make();
        next.restore(reader);
        REQUIRE(reader.at_end());
        restored = next;
        REQUIRE(bytes_of(restored) == bytes_of(whole));
    }
}

constexpr auto close_only = [](auto& indicator, Random& random) {
    indicator.commit(random_bar(random, 50).close);
};
constexpr auto whole_bar = [](auto& indicator, Random& random) {
    indicator.commit(random_bar(random, 50));
};
constexpr auto two_counts = [](auto& indicator, Random& random) {
    indicator.commit(static_cast<std::int64_t>(random() % 500),
                     static_cast<std::int64_t>(random() % 500));
};
constexpr auto two_prices = [](auto& indicator, Random& random) {
    const double price = random_bar(random, 50).close;
    indicator.commit(price, random_bar(random, 300).close);
};

}  // namespace

TEST_CASE("a snapshot and its restoration at any point change nothing") {
    require_restorable([] { return Sma(20); }, close_only);
    require_restorable([] { return Ema(20); }, close_only);
    require_restorable([] { return Atr(); }, whole_bar);
    require_restorable([] { return Rsi(); }, close_only);
    require_restorable([] { return AverageDailyRange(); }, whole_bar);
    require_restorable([] { return HistoricalVolatility(); }, close_only);
    require_restorable([] { return CloseHistory(50); }, close_only);
    require_restorable([] { return Highest(20); }, close_only);
    require_restorable([] { return Lowest(20); }, close_only);
    require_restorable([] { return RollingSum(10); },
                       [](RollingSum& sum, Random& random) { sum.commit(random() % 500); });
    require_restorable([] { return AdvanceDeclineLine(7); },
                       [](auto& line, Random& random) { line.commit(random() % 500); });
    require_restorable([] { return HighLowIndex(); }, close_only);
    require_restorable([] { return McClellan(); }, two_counts);
    require_restorable([] { return BreadthThrust(); }, two_counts);
    require_restorable([] { return BreadthThrust(ThrustKind::sma_of_ratio); }, two_counts);
    require_restorable([] { return BreadthThrust(ThrustKind::ratio_of_emas); }, two_counts);
    require_restorable([] { return Mansfield(52); }, two_prices);
    require_restorable([] { return Rotation(); }, two_prices);
    require_restorable([] { return Rotation({RotationMethod::zscore, 14, 14, 1, 8}); }, two_prices);
    require_restorable([] { return QuadrantTracker(); },
                       [](QuadrantTracker& tracker, Random& random) {
                           const double x = 99 + static_cast<double>(random() % 200) / 100;
                           tracker.commit({x, 99 + static_cast<double>(random() % 200) / 100});
                       });
    require_restorable(
        [] {
            return RelativeVolume({3, 1});
        },
        [](RelativeVolume& volume, Random& random) {
            volume.add(random() % 390, static_cast<double>(random() % 1000));
            if (random() % 5 == 0) {
                volume.end_session();
                volume.begin_session(random() % 4 == 0);
            }
        });
    require_restorable([] { return SectorIndex(); },
                       [](SectorIndex& index, Random& random) {
                           for (int member = 0; member < 5; ++member) {
                               index.add({1, random_bar(random, 50).close / 50});
                           }
                           index.commit();
                       });
}
