// Ranks, percentiles, strength and volume at the time of day against values worked by hand.

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "indicators/ranking.hpp"
#include "indicators/relative_strength.hpp"
#include "indicators/relative_volume.hpp"

using namespace tsflow::market;

namespace {

std::vector<std::uint32_t> as_vector(std::span<const std::uint32_t> items) {
    return {items.begin(), items.end()};
}

using Items = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("ties share a rank and stand in the order of their symbols") {
    const std::vector<std::string_view> symbols{"MSFT", "AAPL", "ZION", "BRK.B", "A"};
    Ranking ranking(alphabetical(symbols));
    ranking.update(std::vector{2.0, 2.0, 1.0, 3.0, unknown});
    CHECK(as_vector(ranking.order()) == Items{3, 1, 0, 2});
    CHECK(ranking.place(3).rank == 1);
    CHECK(ranking.place(1).rank == 2);
    CHECK(ranking.place(0).rank == 2);
    CHECK(ranking.place(2).rank == 4);
    CHECK(ranking.place(4).rank == 0);
    CHECK(as_vector(ranking.top(2)) == Items{3, 1});
    CHECK(ranking.bottom(2) == Items{2, 1});
    CHECK(ranking.bottom(9) == Items{2, 1, 0, 3});
}

TEST_CASE("the three percentiles of 1, 2, 2, 3") {
    Ranking ranking({0, 1, 2, 3, 4});
    ranking.update(std::vector{1.0, 2.0, 2.0, 3.0, unknown});
    const auto all = [&](auto percentile) {
        std::vector<double> values;
        for (std::uint32_t item = 0; item < 4; ++item) {
            values.push_back(percentile(item));
        }
        return values;
    };
    CHECK(all([&](std::uint32_t i) { return ranking.percent_rank(i); }) ==
          std::vector{0.0, 1.0 / 3, 1.0 / 3, 1.0});
    CHECK(all([&](std::uint32_t i) { return ranking.cume_dist(i); }) ==
          std::vector{.25, .75, .75, 1.0});
    CHECK(all([&](std::uint32_t i) { return ranking.mid_rank(i); }) ==
          std::vector{.125, .5, .5, .875});
    CHECK_FALSE(known(ranking.percent_rank(4)));
    CHECK_FALSE(known(ranking.cume_dist(4)));
    CHECK_FALSE(known(ranking.mid_rank(4)));
    ranking.update(std::vector{unknown, 5.0, unknown, unknown, unknown});
    CHECK(ranking.percent_rank(1) == 0);
    CHECK(ranking.cume_dist(1) == 1);
}

TEST_CASE("a ranking is what sorting by value and text gives, whatever was ranked before") {
    constexpr std::uint32_t n = 400;
    std::vector<std::string> names;
    for (std::uint32_t item = 0; item < n; ++item) {
        names.push_back("S" + std::to_string(item * 7919 % n));
    }
    const auto tie = alphabetical(std::vector<std::string_view>(names.begin(), names.end()));
    std::mt19937 random(4);
    std::vector<double> values(n, unknown);
    Ranking ranking(tie);
    // Few values, so that many are the same; both zeros; and some that differ in the last bits only.
    const auto value = [&random](int kind) {
        const auto number = static_cast<double>(random() % 100);
        return kind == 0   ? (number == 99 ? -0.0 : number)
               : kind == 1 ? (50 - number) * 1e3 / 7
                           : 1 + number * 1e-15;
    };
    for (int pass = 0; pass < 200; ++pass) {
        // Sometimes little changes, sometimes everything; symbols come and go.
        const std::size_t changes = pass % 10 == 0 ? n : random() % 20;
        for (std::size_t i = 0; i < changes; ++i) {
            const bool gone = random() % 8 == 0;
            values[random() % n] = gone ? unknown : value(pass / 20 % 3);
        }
        ranking.update(values);
        Items expected;
        for (std::uint32_t item = 0; item < n; ++item) {
            if (known(values[item])) {
                expected.push_back(item);
            }
        }
        std::sort(expected.begin(), expected.end(), [&](std::uint32_t a, std::uint32_t b) {
            return values[a] != values[b] ? values[a] > values[b] : tie[a] < tie[b];
        });
        REQUIRE(as_vector(ranking.order()) == expected);
        const bool all_right =
            std::all_of(expected.begin(), expected.end(), [&](std::uint32_t item) {
                const auto greater = std::count_if(values.begin(), values.end(),
                                                   [&](double v) { return v > values[item]; });
                return ranking.place(item).rank == static_cast<std::uint32_t>(greater) + 1;
            });
        REQUIRE(all_right);
    }
}

TEST_CASE("rank changes are places gained since the mark") {
    Ranking ranking({0, 1, 2});
    RankChanges changes;
    ranking.update(std::vector{3.0, 2.0, unknown});
    changes.mark(ranking, 3);
    ranking.update(std::vector{unknown, 2.0, 9.0});
    CHECK(changes.change(ranking, 1) == 0);
    CHECK(changes.is_new(2));
    CHECK(changes.change(ranking, 2) == 0);
    CHECK(changes.change(ranking, 0) == 0);
    ranking.update(std::vector{1.0, 2.0, unknown});
    CHECK(changes.change(ranking, 1) == 1);
    CHECK(changes.change(ranking, 0) == -1);
}

TEST_CASE("ratings go from 1 to 99") {
    CHECK(rating_of(0) == 1);
    CHECK(rating_of(1) == 99);
    CHECK(rating_of(0.5) == 50);
    CHECK(rating_of(unknown) == 0);
}

TEST_CASE("quantiles interpolate as R's type 7") {
    std::vector<double> scratch;
    const std::vector values{4.0, unknown, 1.0, 3.0, 2.0};
    CHECK(quantile(values, 0.5, scratch) == 2.5);
    CHECK(quantile(values, 0.25, scratch) == 1.75);
    CHECK(quantile(values, 1, scratch) == 4);
    CHECK(quantile(values, 0, scratch) == 1);
    CHECK_FALSE(known(quantile(std::vector{unknown}, 0.5, scratch)));
}

TEST_CASE("the strength score weighs four returns and waits for the longest") {
    CloseHistory closes(253);
    for (int session = 0; session < 252; ++session) {
        closes.commit(100);
    }
    CHECK_FALSE(known(score(closes, default_score)));
    CHECK(live_score(closes, 150, default_score) == Approx(0.5));
    closes.commit(150);
    CHECK(score(closes, default_score) == Approx(0.5));
    CHECK(strength_against(0.5, 0.25) == Approx(1.2));
    CHECK_FALSE(known(strength_against(0.5, unknown)));
    CHECK_FALSE(known(strength_against(0.5, -1)));
}

TEST_CASE("Mansfield's relative strength by hand") {
    Mansfield mansfield(2);
    mansfield.commit(10, 100);
    CHECK(mansfield.live(30, 100) == Approx(50));  // .3 / ((.1 + .3) / 2) = 1.5
    mansfield.commit(20, unknown);
    CHECK_FALSE(known(mansfield.value()));
    mansfield.commit(30, 100);
    CHECK(mansfield.value() == Approx(50));
    mansfield.apply_split(3);
    CHECK(mansfield.value() == Approx(50));
    CHECK(mansfield.live(10, 100) == Approx(0));
}

TEST_CASE("volume is compared with that of other days at the same time") {
    RelativeVolume volume({2, 1});
    const auto session = [&](double first, double third) {
        volume.begin_session(false);
        volume.add(0, first);
        volume.add(2, third);
    };
    session(100, 50);
    volume.end_session();
    session(300, 150);
    CHECK_FALSE(known(volume.cumulative(0)));
    volume.end_session();
    CHECK(volume.base_sessions() == 2);

    session(400, 0);
    CHECK(volume.cumulative(0) == 2);  // 400 / mean(100, 300)
    CHECK(volume.cumulative(1) == 2);  // carried over the minute without a bar
    CHECK(volume.cumulative(2) == Approx(400.0 / 300));
    CHECK(volume.bar(0) == 2);
    CHECK_FALSE(known(volume.bar(1)));  // no volume then on any day
    CHECK(volume.bar(2) == 0);
    volume.add(0, -100);  // the bar came again, with 300
    CHECK(volume.cumulative(0) == 1.5);
    CHECK(volume.whole_day() == 1);
    volume.apply_split(4);
    CHECK(volume.cumulative(0) == 1.5);
    volume.add(RelativeVolume::minutes, 1e9);  // beyond the session
    CHECK(volume.whole_day() == 1);
}

TEST_CASE("sessions that close early stay out of the baseline and compare while they last") {
    RelativeVolume volume({1, 1});
    volume.begin_session(false);
    volume.add(209, 100);
    volume.add(300, 900);
    volume.end_session();
    volume.begin_session(true);
    volume.add(209, 200);
    CHECK(volume.cumulative(209) == 2);
    CHECK_FALSE(known(volume.cumulative(210)));
    CHECK_FALSE(known(volume.whole_day()));
    volume.end_session();
    volume.begin_session(false);
    volume.add(209, 50);
    CHECK(volume.cumulative(209) == 0.5);  // against 100, not 200
}

TEST_CASE("slots of five minutes tell when they are over") {
    RelativeVolume volume({1, 5});
    for (const double scale : {1.0, 3.0}) {
        volume.begin_session(false);
        for (std::size_t minute = 0; minute < 10; ++minute) {
            volume.add(minute, scale * 10);
        }
        if (scale == 1) {
            volume.end_session();
        }
    }
    CHECK_FALSE(known(volume.cumulative(3)));
    CHECK(volume.cumulative(4) == 3);
    CHECK(volume.cumulative(8) == 3);
    CHECK(volume.bar(9) == 3);
}

TEST_CASE("saved volumes of another number of slots are refused") {
    RelativeVolume one({2, 1});
    tsflow::StateWriter state;
    one.save(state);
    RelativeVolume five({2, 5});
    tsflow::StateReader reader(state.bytes());
    CHECK_THROWS_WITH(five.restore(reader), "saved volumes of 780 slots do not fit 156");
}
