// The stages of a price: by hand on a short machine, then determinism and corrections.

#include "indicators/stage.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <random>

#include "indicators/weekly.hpp"

using namespace tsflow;
using namespace tsflow::market;

namespace {

/// Averages of two closes, slope over one period: worked on paper.
StageConfig short_machine() {
    StageConfig config;
    config.average = 2;
    config.slope_periods = 1;
    config.correctable = 10;
    return config;
}

std::string saved(const StageMachine& machine) {
    StateWriter state;
    machine.save(state);
    return state.bytes();
}

Date day(int year, int month, int d) {
    return std::chrono::sys_days{std::chrono::year{year} / month / d};
}

}  // namespace

TEST_CASE("a price goes through all stages, each after its confirmation") {
    StageMachine machine(short_machine());
    const auto week = [&](double close) {
        machine.commit(close);
        return machine.stage();
    };
    CHECK(week(100) == Stage::undetermined);
    CHECK(week(100) == Stage::undetermined);
    CHECK(week(100) == Stage::undetermined);  // flat: neither up nor down
    CHECK(machine.periods_in_stage() == 0);
    // MA 100 -> 110: s = .1, d = 120/110 - 1 = .09: up, at once from undetermined.
    CHECK(machine.live(120).target == Stage::advancing);
    CHECK(machine.stage() == Stage::undetermined);
    CHECK(week(120) == Stage::advancing);
    CHECK(machine.reading().average == Approx(110));
    CHECK(machine.reading().slope == Approx(0.1));
    CHECK(machine.reading().distance == Approx(120.0 / 110 - 1));
    CHECK(machine.periods_in_stage() == 1);
    // MA 120: s = .09, d = 0: not up, and nothing that ends stage 2.
    CHECK(week(120) == Stage::advancing);
    CHECK(machine.reading().near_average(short_machine()));
    // Flat: target 3, for the first time.
    CHECK(week(120) == Stage::advancing);
    CHECK(machine.pending() == Stage::topping);
    CHECK(machine.pending_count() == 1);
    CHECK(machine.periods_in_stage() == 3);
    CHECK(week(120) == Stage::topping);
    CHECK(machine.pending_count() == 0);
    CHECK(machine.pending() == Stage::topping);
    // MA 120 -> 110 -> 90: down twice.
    CHECK(week(100) == Stage::topping);
    CHECK(machine.pending() == Stage::declining);
    CHECK(week(80) == Stage::declining);
    CHECK(week(80) == Stage::declining);  // s = -.11, d = 0
    CHECK(week(80) == Stage::declining);  // flat, once
    CHECK(week(80) == Stage::basing);
}

TEST_CASE("a confirmation that is interrupted begins anew") {
    StageMachine machine(short_machine());
    for (const double close : {100.0, 100.0, 100.0, 120.0, 120.0, 120.0}) {
        machine.commit(close);
    }
    CHECK(machine.pending() == Stage::topping);
    machine.commit(140);  // up again
    CHECK(machine.pending_count() == 0);
    machine.commit(unknown);
    machine.commit(140);  // s = .077: stays
    machine.commit(140);  // flat
    CHECK(machine.stage() == Stage::advancing);
    CHECK(machine.pending_count() == 1);
    CHECK(machine.commit(140));
    CHECK(machine.stage() == Stage::topping);
}

TEST_CASE("the default needs 34 weekly closes") {
    StageMachine machine;
    for (int week = 1; week <= 40; ++week) {
        machine.commit(std::pow(1.02, week));
        CAPTURE(week);
        CHECK((machine.stage() == Stage::advancing) == (week >= 34));
        CHECK(known(machine.reading().slope) == (week >= 34));
    }
    CHECK(machine.periods_in_stage() == 7);
    StageMachine before_split = machine;
    machine.apply_split(4);
    CHECK(machine.live(0.6).slope == Approx(before_split.live(2.4).slope));
    CHECK(machine.reading().average == Approx(before_split.reading().average / 4));
}

TEST_CASE("a corrected week gives what would have been") {
    std::mt19937 random(7);
    std::normal_distribution<double> step(0.0015, 0.04);
    int changed = 0;
    for (int run = 0; run < 200; ++run) {
        std::vector<double> closes;
        double close = 100;
        for (int week = 0; week < 120; ++week) {
            closes.push_back(close *= std::exp(step(random)));
        }
        StageMachine machine;
        for (const double c : closes) {
            machine.commit(c);
        }
        const StageMachine uncorrected = machine;
        const std::size_t age = random() % 34;
        closes[closes.size() - 1 - age] *= 1.2;
        REQUIRE(machine.correct(age, closes[closes.size() - 1 - age]));
        StageMachine replayed;
        for (const double c : closes) {
            replayed.commit(c);
        }
        REQUIRE(saved(machine) == saved(replayed));
        changed += machine.stage() != uncorrected.stage() ? 1 : 0;
        REQUIRE_FALSE(machine.correct(34, 1));
        REQUIRE_FALSE(machine.correct(0, unknown));
        REQUIRE(saved(machine) == saved(replayed));
    }
    CHECK(changed > 0);
}

TEST_CASE("a machine that is restored goes on as if nothing had been") {
    std::mt19937 random(8);
    std::normal_distribution<double> step(0, 0.05);
    StageMachine whole;
    StageMachine restored;
    double close = 100;
    for (int week = 0; week < 200; ++week) {
        close *= std::exp(step(random));
        whole.commit(close);
        restored.commit(close);
        StageMachine next;
        const std::string bytes = saved(restored);
        StateReader reader(bytes);
        next.restore(reader);
        REQUIRE(reader.at_end());
        restored = next;
        REQUIRE(saved(whole) == saved(restored));
    }
}

TEST_CASE("weeks run from Monday to Friday and are absent without sessions") {
    CHECK(week_of(day(2021, 4, 16)) == day(2021, 4, 12));
    CHECK(week_of(day(2021, 4, 12)) == day(2021, 4, 12));
    CHECK(week_of(day(1969, 12, 31)) == day(1969, 12, 29));

    Weeks weeks;
    CHECK_FALSE(weeks.commit(day(2021, 4, 15), {10, 12, 9, 11, 100}));
    CHECK_FALSE(weeks.commit(day(2021, 4, 16), {11, 15, 10, 14, 50}));
    CHECK(weeks.live(day(2021, 4, 16), {14, 16, 13, 15, 1}).bar == DayBar{10, 16, 9, 15, 151});
    CHECK(weeks.live(day(2021, 4, 19), {14, 16, 13, 15, 1}).bar == DayBar{14, 16, 13, 15, 1});
    weeks.apply_split(2);
    // A week is left out: the one before is over with the next session, whenever it comes.
    const auto closed = weeks.commit(day(2021, 4, 26), {5, 6, 4, 5, 10});
    REQUIRE(closed);
    CHECK(closed->monday == day(2021, 4, 12));
    CHECK(closed->bar == DayBar{5, 7.5, 4.5, 7, 300});
    REQUIRE(weeks.close());
    CHECK_FALSE(weeks.close());
    CHECK_FALSE(weeks.open_week());
    CHECK_FALSE(weeks.commit(day(2021, 5, 3), {5, 6, 4, 5, 10}));
}

TEST_CASE("a week's volume against the four before") {
    WeekVolume volume;
    for (const double week : {100.0, 200.0, 300.0}) {
        volume.commit(week);
    }
    CHECK_FALSE(known(volume.live(500)));
    volume.commit(400);
    CHECK(volume.live(500) == 2);
    volume.apply_split(2);
    CHECK(volume.live(500) == 1);
    volume.commit(500);
    CHECK(volume.value() == 1);
}
