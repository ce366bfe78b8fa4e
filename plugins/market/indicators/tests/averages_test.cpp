// Simple and exponential averages, ranges, strength and volatility against values worked by hand.

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "indicators/history.hpp"
#include "indicators/volatility.hpp"
#include "indicators/wilder.hpp"

using namespace tsflow::market;

namespace {

template <class Indicator>
void commit_all(Indicator& indicator, std::initializer_list<double> values) {
    for (const double value : values) {
        indicator.commit(value);
    }
}

}  // namespace

TEST_CASE("a simple average is unknown until its window is full") {
    Sma sma(3);
    commit_all(sma, {1, 2});
    CHECK_FALSE(known(sma.value()));
    CHECK(sma.live(6) == 3);
    sma.commit(3);
    CHECK(sma.value() == 2);
    CHECK(sma.live(7) == 4);
    CHECK(sma.value() == 2);
    sma.commit(unknown);
    CHECK(sma.value() == 2);
    CHECK_FALSE(known(sma.live(unknown)));
}

TEST_CASE("a simple average does not drift over a million values") {
    constexpr std::size_t period = 50;
    Sma sma(period);
    Window<double> window(period);
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> price(1e-4, 1e6);
    double worst = 0;
    for (int i = 0; i < 1'000'000; ++i) {
        const double value = price(random);
        sma.commit(value);
        window.push(value);
        if (i % 997 == 0 && window.full()) {
            const double exact = window.sum(period) / period;
            worst = std::max(worst, std::abs(sma.value() / exact - 1));
        }
    }
    CHECK(worst < 1e-12);
}

TEST_CASE("an average over closes that somebody keeps is the one with a window of its own") {
    std::mt19937_64 random(2);
    std::uniform_real_distribution<double> price(1, 1000);
    CloseHistory closes(252);
    Sma own(50);
    CloseAverage shared(50);
    for (int i = 0; i < 2000; ++i) {
        const double close = i % 17 == 0 ? unknown : price(random);
        REQUIRE(known(own.live(close)) == known(shared.live(close)));
        if (known(own.live(close))) {
            REQUIRE(shared.live(close) == Approx(own.live(close)).epsilon(1e-13));
        }
        own.commit(close);
        if (known(close)) {
            closes.commit(close);
            shared.commit(closes);
        }
        REQUIRE(known(own.value()) == known(shared.value()));
        if (known(own.value())) {
            REQUIRE(shared.value() == Approx(own.value()).epsilon(1e-13));
        }
        if (i % 300 == 299) {
            own.apply_split(4);
            closes.apply_split(4);
            shared.apply_split(closes);
        }
    }
}

TEST_CASE("an exponential average begins with a mean or with its first value") {
    Ema mean(3);  // alpha = 1/2
    commit_all(mean, {1, 2});
    CHECK_FALSE(known(mean.value()));
    CHECK(mean.live(6) == 3);
    mean.commit(6);
    CHECK(mean.value() == 3);
    CHECK(mean.live(5) == 4);
    mean.commit(5);
    CHECK(mean.value() == 4);

    Ema first(3, Seed::first);
    first.commit(1);
    CHECK(first.value() == 1);
    first.commit(2);
    CHECK(first.value() == 1.5);
}

TEST_CASE("an exponential average leaves out what is unknown, as pandas with ignore_na") {
    Ema ema(3, Seed::first);
    commit_all(ema, {1, 2, unknown, 4});
    CHECK(ema.value() == 2.75);  // 3.1666… if the gap had aged what came before
    CHECK(ema.count() == 3);
}

TEST_CASE("an average of equal prices is that price to the last digit") {
    Ema ema(20);
    for (int i = 0; i < 100; ++i) {
        ema.commit(10.01);
    }
    CHECK(ema.value() == 10.01);
}

TEST_CASE("true range takes the gap in, and the first bar has none") {
    Atr atr(2);
    atr.commit({9, 11, 9, 10, 0});
    atr.commit({10, 12, 10, 11, 0});  // TR 2
    CHECK_FALSE(known(atr.value()));
    CHECK(atr.live({14, 15, 14, 14, 0}) == 3);  // TR 4 = 15 - 11
    atr.commit({14, 15, 14, 14, 0});
    CHECK(atr.value() == 3);
    CHECK(atr.live({9, 10, 9, 9, 0}) == 4);  // TR 5 = 14 - 9: 3 + (5 - 3) / 2
    CHECK(atr_percent(3, 12) == 25);
    CHECK(extension(16, 10, 3) == 2);
    CHECK_FALSE(known(extension(16, 10, 0)));
    atr.apply_split(2);
    CHECK(atr.value() == 1.5);
    CHECK(atr.live({4.5, 5, 4.5, 4.5, 0}) == 2);
}

TEST_CASE("the first ATR and RSI of 14 are at bar 15") {
    Atr atr;
    Rsi rsi;
    for (int bar = 1; bar <= 15; ++bar) {
        CAPTURE(bar);
        CHECK_FALSE(known(atr.value()));
        CHECK_FALSE(known(rsi.value()));
        const double close = 100 + bar % 2;
        atr.commit({close, close + 1, close - 1, close, 0});
        rsi.commit(close);
    }
    CHECK(known(atr.value()));
    CHECK(rsi.value() == Approx(50));  // 7 gains of 1, 7 losses of 1
}

TEST_CASE("RSI of a price that does not move is unknown, of one that only rises 100") {
    Rsi flat(2);
    Rsi rising(2);
    commit_all(flat, {5, 5, 5});
    commit_all(rising, {5, 6, 7});
    CHECK_FALSE(known(flat.value()));
    CHECK(rising.value() == 100);
    CHECK(rising.live(5) == Approx(100.0 / 3));  // gains (1 + 0) / 2, losses (0 + 2) / 2
    CHECK(flat.live(6) == 100);
}

TEST_CASE("average daily range and historical volatility by hand") {
    AverageDailyRange range(2);
    range.commit({10, 11, 10, 10, 0});
    CHECK(range.live({10, 13, 10, 10, 0}) == Approx(20));
    range.commit({10, 13, 10, 10, 0});
    CHECK(range.value() == Approx(20));

    HistoricalVolatility volatility(2);
    commit_all(volatility, {1, std::exp(0.1)});
    CHECK_FALSE(known(volatility.value()));
    // Log returns 0.1 and 0.3: deviation sqrt(0.02) with n - 1.
    const double by_hand = std::sqrt(0.02) * std::sqrt(252);
    CHECK(volatility.live(std::exp(0.4)) == Approx(by_hand));
    volatility.commit(std::exp(0.4));
    CHECK(volatility.value() == Approx(by_hand));
}

TEST_CASE("a return over n sessions needs n + 1 closes") {
    CloseHistory closes(253);
    for (int session = 0; session < 252; ++session) {
        closes.commit(100 + session);
    }
    CHECK(known(closes.session_return(251)));
    CHECK_FALSE(known(closes.session_return(252)));
    CHECK(closes.live_return(252, 200) == 1);
    closes.commit(200);
    CHECK(closes.session_return(252) == 1);
    CHECK(closes.session_return(1) == Approx(200.0 / 351 - 1));
}

TEST_CASE("the threshold of an average tells what the average itself would") {
    std::mt19937 random(2);
    std::uniform_int_distribution<int> cents(900, 1100);
    for (const std::size_t n : {2, 10, 20, 50, 200}) {
        CAPTURE(n);
        CloseHistory closes(252);
        Ema ema(n);
        std::int64_t compared = 0;
        for (int session = 0; session < 1000; ++session) {
            const Ticks price = cents(random) * 100;
            const SmaThreshold threshold = closes.sma_threshold(n);
            REQUIRE(threshold.eligible() == (closes.size() + 1 >= n));
            if (threshold.eligible()) {
                Ticks sum = price;
                for (std::size_t age = 0; age + 1 < n; ++age) {
                    sum += to_ticks(closes.close(age));
                }
                const auto direct = price * static_cast<Ticks>(n) <=> sum;
                REQUIRE(threshold.compare(price) == direct);
                ++compared;
            }
            if (known(ema.value())) {
                REQUIRE((to_usd(price) > ema.live(to_usd(price))) == (to_usd(price) > ema.value()));
            }
            closes.commit(to_usd(price));
            ema.commit(to_usd(price));
        }
        CHECK(compared > 800);
    }
    CHECK_FALSE(known(SmaThreshold().price()));
    CHECK(SmaThreshold(300'000, 2).price() == 15);
}

TEST_CASE("extremes leave today out and need all their sessions") {
    Highest highest(3);
    Lowest lowest(3);
    for (const double value : {5.0, 9.0, 7.0}) {
        CHECK_FALSE(known(highest.value()));
        highest.commit(value);
        lowest.commit(value);
    }
    CHECK(highest.value() == 9);
    CHECK(lowest.value() == 5);
    CHECK(highest.live(8) == 9);
    CHECK(lowest.live(8) == 7);
    for (const double value : {6.0, 4.0}) {  // drops 5, then 9
        highest.commit(value);
        lowest.commit(value);
    }
    CHECK(highest.value() == 7);
    CHECK(lowest.value() == 4);
    highest.apply_split(2);
    CHECK(highest.value() == 3.5);
}

TEST_CASE("extremes agree with a search at every step") {
    std::mt19937 random(3);
    std::uniform_int_distribution<int> value(0, 50);
    Highest highest(20);
    Lowest lowest(20);
    std::vector<double> all;
    for (int i = 0; i < 5000; ++i) {
        const double next = value(random);
        if (all.size() >= 20) {
            REQUIRE(highest.value() == *std::max_element(all.end() - 20, all.end()));
            REQUIRE(lowest.value() == *std::min_element(all.end() - 20, all.end()));
            REQUIRE(highest.live(next) ==
                    std::max(next, *std::max_element(all.end() - 19, all.end())));
            REQUIRE(lowest.live(next) ==
                    std::min(next, *std::min_element(all.end() - 19, all.end())));
        }
        highest.commit(next);
        lowest.commit(next);
        all.push_back(next);
        if (i % 700 == 699) {
            highest.apply_split(2);
            lowest.apply_split(2);
            std::for_each(all.begin(), all.end(), [](double& old) { old /= 2; });
        }
    }
}

TEST_CASE("sums over ten sessions are exact") {
    RollingSum sum(3);
    for (const std::int64_t value : {1, 2}) {
        sum.commit(value);
    }
    CHECK_FALSE(sum.full());
    CHECK(sum.full_live());
    CHECK(sum.live(4) == 7);
    sum.commit(4);
    CHECK(sum.live(8) == 14);
    CHECK(sum.value() == 7);
}

TEST_CASE("a saved window that is too long for the configured one is refused") {
    Sma saved(20);
    for (int i = 0; i < 20; ++i) {
        saved.commit(i);
    }
    tsflow::StateWriter state;
    saved.save(state);
    Sma shorter(10);
    tsflow::StateReader reader(state.bytes());
    CHECK_THROWS_WITH(shorter.restore(reader),
                      "a saved window of 20 values does not fit one of 10");
}

TEST_CASE("bars that cannot be are not plausible") {
    const DayBar good{10, 12, 9, 11, 100};
    CHECK(plausible(good));
    const auto with = [&](auto change) {
        DayBar bar = good;
        change(bar);
        return plausible(bar);
    };
    CHECK(with([](DayBar& bar) { bar.volume = 0; }));
    CHECK_FALSE(with([](DayBar& bar) { bar.volume = -1; }));
    CHECK_FALSE(with([](DayBar& bar) { bar.close = 0; }));
    CHECK_FALSE(with([](DayBar& bar) { bar.open = unknown; }));
    CHECK_FALSE(with([](DayBar& bar) { bar.high = 10.5; }));
    CHECK_FALSE(with([](DayBar& bar) { bar.low = 10.5; }));
    CHECK_FALSE(with([](DayBar& bar) { bar.high = std::numeric_limits<double>::infinity(); }));
    CHECK(after_split(good, 2) == DayBar{5, 6, 4.5, 5.5, 200});
}
