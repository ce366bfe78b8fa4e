// Counts of a universe against values worked by hand.

#include "indicators/breadth.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "indicators/high_low.hpp"
#include "indicators/history.hpp"
#include "indicators/oscillators.hpp"

using namespace tsflow::market;

namespace {

Issue issue(double last, double previous, double volume) {
    return {direction_of(to_ticks(last), to_ticks(previous)), to_shares(volume)};
}

}  // namespace

TEST_CASE(
    "a symbol without a bar today is not unchanged, one without a close before not eligible") {
    CHECK(direction_of(no_price, 100) == Direction::not_traded);
    CHECK(direction_of(100, 100) == Direction::unchanged);
    CHECK(direction_of(101, 100) == Direction::advance);
    CHECK(direction_of(99, 100) == Direction::decline);
    CHECK(direction_of(99, no_price) == Direction::ineligible);
    CHECK(direction_of(no_price, no_price) == Direction::ineligible);

    AdvanceDecline tally;
    for (const Issue& one : {issue(11, 10, 500), issue(9, 10, 200), issue(10, 10, 300),
                             issue(0, 10, 0), issue(10, 0, 700)}) {
        tally.add(one);
    }
    CHECK(tally.members() == 5);
    CHECK(tally.eligible() == 4);
    CHECK(tally.reporting() == 3);
    CHECK(tally.advancing() == 1);
    CHECK(tally.declining() == 1);
    CHECK(tally.unchanged() == 1);
    CHECK(tally.not_traded() == 1);
    CHECK(tally.net() == 0);
    CHECK(tally.up_volume() == to_shares(500));
    CHECK(tally.down_volume() == to_shares(200));
    CHECK(tally.advance_percent() == 50);
    CHECK(tally.trin() == Approx(200.0 / 500));
    CHECK(tally.ln_trin() == Approx(std::log(0.4)));
    CHECK(tally.up_volume_percent() == Approx(100 * 5.0 / 7));
}

TEST_CASE("a symbol that turns takes its whole volume of the day along") {
    AdvanceDecline tally;
    Issue a = issue(11, 10, 900);
    tally.add(a);
    const Issue turned = issue(9.99, 10, 1000);
    tally.replace(a, turned);
    CHECK(tally.up_volume() == 0);
    CHECK(tally.down_volume() == to_shares(1000));
    const Issue flat = issue(10, 10, 1100.25);
    tally.replace(turned, flat);
    CHECK(tally.down_volume() == 0);
    CHECK(tally.unchanged() == 1);
}

TEST_CASE("quotients that are not defined are unknown, not zero") {
    AdvanceDecline none;
    CHECK_FALSE(known(none.advance_percent()));
    CHECK_FALSE(known(none.up_volume_percent()));
    AdvanceDecline only_up;
    only_up.add(issue(11, 10, 100));
    CHECK_FALSE(known(only_up.ratio()));
    CHECK_FALSE(known(only_up.trin()));
    CHECK_FALSE(known(only_up.ln_trin()));
    CHECK(only_up.advance_percent() == 100);
    AdvanceDecline no_volume = only_up;
    no_volume.add(issue(9, 10, 0));
    CHECK(no_volume.ratio() == 1);
    CHECK_FALSE(known(no_volume.trin()));
    CHECK(known(trin(1, 1, 1, 1)));
    CHECK_FALSE(known(trin(0, 1, 1, 1)));
    CHECK_FALSE(known(trin(1, 0, 1, 1)));
    CHECK_FALSE(known(trin(1, 1, 0, 1)));
    CHECK_FALSE(known(trin(1, 1, 1, 0)));
}

TEST_CASE("a split price that rounds to the close before is unchanged") {
    // 100.01 before a split of 3 for 1 is 33.33666…: 33.3367 in ticks.
    const Ticks adjusted = to_ticks(100.01 / 3);
    CHECK(adjusted == 333'367);
    CHECK(direction_of(to_ticks(33.3367), adjusted) == Direction::unchanged);
    CHECK(direction_of(to_ticks(33.3366), adjusted) == Direction::decline);
}

TEST_CASE("the advance-decline line adds up net advances") {
    AdvanceDeclineLine line(1000);
    line.commit(50);
    CHECK(line.live(-80) == 970);
    CHECK(line.value() == 1050);
}

TEST_CASE("shares above an average are of those that reported") {
    AboveAverage tally;
    tally.add(Standing::above);
    tally.add(standing_of(10.0, 10.5));
    tally.add(standing_of(10.0, 10.0));
    tally.add(standing_of(10.0, unknown));
    tally.add(Standing::not_traded);
    tally.add(standing_of(SmaThreshold(300'000, 2).compare(150'001)));
    CHECK(tally.members() == 6);
    CHECK(tally.eligible() == 5);
    CHECK(tally.reporting() == 4);
    CHECK(tally.above() == 2);
    CHECK(tally.below() == 1);
    CHECK(tally.equal() == 1);
    CHECK(tally.percent() == 50);
    CHECK_FALSE(known(AboveAverage().percent()));
}

TEST_CASE("bar tick counts moves against each symbol's bar before") {
    BarTick tick;
    tick.add(101, 100);
    tick.add(99, 100);
    tick.add(98, 100);
    tick.add(100, 100);
    tick.add(100, no_price);
    CHECK(tick.value() == -1);
    CHECK(tick.reporting() == 4);
    tick.remove(98, 100);
    tick.add(102, 100);
    CHECK(tick.value() == 1);
}

TEST_CASE("a new high is beyond the old one, or matches it if so wanted") {
    const auto high_of = [](double high, Match match) {
        return new_extreme(50, 40, to_ticks(high), to_ticks(45), match).high;
    };
    CHECK_FALSE(high_of(50, Match::strict));
    CHECK(high_of(50, Match::equal));
    CHECK(high_of(50.0001, Match::strict));
    CHECK_FALSE(high_of(49.9999, Match::equal));
    CHECK(new_extreme(50, 40, to_ticks(45), to_ticks(39.99)).low);
    CHECK_FALSE(new_extreme(50, 40, to_ticks(45), to_ticks(40)).low);
    CHECK(new_extreme(50, 40, to_ticks(45), to_ticks(40), Match::equal).low);

    NewHighsLows tally;
    tally.add(new_extreme(50, 40, to_ticks(51), to_ticks(45)));
    tally.add(new_extreme(50, 40, to_ticks(51), to_ticks(39)));  // both, on one wild day
    tally.add(new_extreme(unknown, unknown, to_ticks(51), to_ticks(39)));
    tally.add(new_extreme(50, 40, no_price, no_price));
    CHECK(tally.members() == 4);
    CHECK(tally.eligible() == 3);
    CHECK(tally.reporting() == 2);
    CHECK(tally.highs() == 2);
    CHECK(tally.lows() == 1);
    CHECK(tally.net() == 1);
    CHECK(tally.record_high_percent() == Approx(200.0 / 3));
    CHECK_FALSE(known(NewHighsLows().record_high_percent()));
}

TEST_CASE("the high-low index leaves out days with neither") {
    HighLowIndex index;
    for (int day = 1; day <= 9; ++day) {
        index.commit(day * 10);
        index.commit(unknown);
    }
    CHECK(index.live(100) == 55);
}

TEST_CASE("McClellan: both seeds by hand, provisional values, days without issues") {
    McClellanConfig config;
    config.seed = Seed::first;
    config.start = 1000;
    McClellan first(config);
    first.commit(150, 50);  // RANA 500
    CHECK(first.values().oscillator == 0);
    CHECK(first.values().summation == 1000);
    // RANA -200: T10 = 500 - 70 = 430, T5 = 500 - 35 = 465.
    const McClellanValues live = first.live(80, 120);
    CHECK(live.net == -200);
    CHECK(live.average19 == Approx(430));
    CHECK(live.average39 == Approx(465));
    CHECK(live.oscillator == Approx(-35));
    CHECK(live.summation == Approx(965));
    CHECK(first.values().summation == 1000);
    first.commit(0, 0);
    CHECK(first.sessions() == 1);
    CHECK(first.live(0, 0).net == 500);

    McClellan mean;
    for (int day = 0; day < 38; ++day) {
        mean.commit(60, 40);
        CHECK_FALSE(known(mean.values().oscillator));
        CHECK(mean.values().summation == 0);
    }
    mean.commit(60, 40);
    CHECK(mean.values().oscillator == Approx(0).margin(1e-9));

    config.ratio_adjusted = false;
    McClellan classic(config);
    classic.commit(1500, 1000);
    CHECK(classic.values().net == 500);
}

TEST_CASE("McClellan's summation has a closed form") {
    McClellan mcclellan;
    std::vector<McClellanValues> days;
    for (std::int64_t day = 0; day < 500; ++day) {
        const std::int64_t advancing = (day * 7919) % 501;
        mcclellan.commit(advancing, 500 - advancing);
        if (known(mcclellan.values().oscillator)) {
            days.push_back(mcclellan.values());
        }
    }
    for (const std::size_t a : {std::size_t{0}, std::size_t{17}, days.size() / 2}) {
        for (std::size_t b = a; b < days.size(); ++b) {
            const double closed = 19 * (days[b].average39 - days[a].average39) -
                                  9 * (days[b].average19 - days[a].average19);
            REQUIRE(days[b].summation - days[a].summation == Approx(closed).margin(1e-9));
        }
    }
}

TEST_CASE("a breadth thrust is one event, within ten sessions of the last low") {
    // With the average over one value the ratio is the average: alpha 2/11 makes weights awkward by hand,
    // so the plain mean of ten sessions is driven by whole tens of sessions here.
    const auto days_to_event = [](int between) {
        BreadthThrust thrust(ThrustKind::sma_of_ratio);
        for (int day = 0; day < 10; ++day) {
            thrust.commit(30, 70);
        }
        CHECK(thrust.values().value == Approx(0.3));
        CHECK(thrust.values().since_low == 0);
        int events = 0;
        int at = -1;
        // 0.45 keeps the mean between the bounds: it first leaves 0.40 on the seventh such day.
        for (int day = 0; day < between; ++day) {
            thrust.commit(45, 55);
        }
        for (int day = 0; day < 20; ++day) {
            const bool provisional = thrust.live(100, 0).event;
            thrust.commit(100, 0);
            CHECK(provisional == thrust.values().event);
            if (thrust.values().event) {
                ++events;
                at = *thrust.values().since_low;
            }
        }
        CHECK(events <= 1);
        return at;
    };
    // From all 0.3: means 0.37, 0.44, 0.51, 0.58, 0.65: the last low is day 1, the event day 5.
    CHECK(days_to_event(0) == 4);
    // Ten days of 0.45: 0.45; the last low was day 6 (0.39), day 10 is 4 after it. Then 0.505, 0.56, 0.615
    // (not above), 0.67: 8 after the last low.
    CHECK(days_to_event(10) == 8);
    CHECK(days_to_event(12) == 10);
    CHECK(days_to_event(13) == -1);
}

TEST_CASE("the averages of a breadth thrust by hand") {
    BreadthThrust of_ratio(ThrustKind::ema_of_ratio, Seed::first);
    of_ratio.commit(50, 50);
    of_ratio.commit(0, 0);
    CHECK(of_ratio.live(100, 0).value == Approx(0.5 + 0.5 * 2 / 11));
    CHECK_FALSE(of_ratio.values().since_low);
    BreadthThrust of_emas(ThrustKind::ratio_of_emas, Seed::first);
    of_emas.commit(50, 50);
    of_emas.commit(160, 50);  // EMA(A) = 50 + 110 * 2/11 = 70, EMA(D) = 50
    CHECK(of_emas.values().value == Approx(70.0 / 120));
}
