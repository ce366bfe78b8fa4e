// Incremental counts against full recomputation, and restarts at every point.

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <random>

#include "breadth.hpp"
#include "driven.hpp"
#include "late_daily.hpp"
#include "market/bar.hpp"

using namespace tsflow;
using namespace tsflow::market;
using breadth::Breadth;

namespace {

constexpr int symbols = 12;
constexpr int sessions = 14;
constexpr std::size_t ports = 4;
const std::string options =
    "averages = ['sma2', 'sma5', 'ema3']\nhigh_low_sessions = 5\nscale = 1000\n";

struct Event {
    int symbol, minute;
    Bar bar;
};

class Feed {
public:
    explicit Feed(unsigned seed) : random_(seed) {}
    int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
    // Few prices, so that many are equal.
    double price() { return 95 + below(11); }
    Bar bar(int symbol, Timestamp time) {
        const double open = price(), close = price();
        return {Symbol::intern("S" + std::to_string(symbol)),
                time,
                open,
                std::max(open, close) + below(3),
                std::min(open, close) - below(3),
                close,
                static_cast<double>(below(50)),
                std::nullopt};
    }
    template <class T>
    void shuffle(std::vector<T>& values) {
        std::shuffle(values.begin(), values.end(), random_);
    }

private:
    std::mt19937 random_;
};

Batch batch_of(const std::vector<Event>& events) {
    BatchBuilder builder(bar_schema());
    for (const Event& event : events) {
        append(builder, event.bar);
    }
    return builder.finish();
}

Batch daily_bars(Feed& feed) {
    BatchBuilder builder(bar_schema());
    Date date = *parse_date("2016-03-22");
    for (int session = 0; session < sessions; ++session) {
        for (int symbol = 0; symbol < symbols - 1; ++symbol) {
            if (feed.below(10) != 0) {
                append(builder, feed.bar(symbol, Timestamp{date}));
            }
        }
        date = Calendar::us_equities().next_trading_day(date);
    }
    return builder.finish();
}

Timestamp minute_start(int minute) {
    return at("2016-04-15T13:30:00Z") + std::chrono::minutes{minute};
}

/// All of a row but when and how often it went out.
std::string content(const Batch& batch) {
    std::vector<std::string> columns;
    for (const Field& field : batch.schema()->fields()) {
        if (field.name != "seq" && field.name != "rev" && field.name != "as_of" &&
            field.name != "status") {
            columns.push_back(field.name);
        }
    }
    return lines(batch, columns);
}

std::string newest(Driven<Breadth>& market, std::size_t port) {
    const Batch rows = market.fresh(port);
    const std::size_t one = port == 1 ? 3 : 1;
    REQUIRE(rows.rows() >= one);
    return content(rows.slice(rows.rows() - one, one));
}

class Market : public Driven<Breadth> {
public:
    Market(const std::string& toml, const Batch& daily) : Driven(toml, {"bars", "daily"}) {
        clock("2016-04-15T13:30:00Z");
        give(daily, 1);
        finish_input(1);
    }
};

}  // namespace

TEST_CASE("breadth of a shuffled, repeated, corrected stream is that of the bars known") {
    for (unsigned seed = 1; seed <= 8; ++seed) {
        Feed feed(seed);
        const Batch daily = daily_bars(feed);
        Market market(options, daily);
        std::map<std::pair<int, int>, Event> known;  // by minute and symbol
        const auto recomputed = [&](int minute, std::size_t port) {
            Market batch(options + "publish_every = '0s'", daily);
            std::vector<Event> events;
            for (const auto& [key, event] : known) {
                if (event.minute <= minute) {
                    events.push_back(event);
                }
            }
            batch.give(batch_of(events));
            batch.node->advance(minute_start(minute + 1), batch.out);
            return newest(batch, port);
        };
        for (int minute = 0; minute < 15; ++minute) {
            std::vector<Event> coming;
            for (int i = 0; i < 14; ++i) {
                const int back = feed.below(3) == 0 ? feed.below(minute + 1) : minute;
                const int symbol = feed.below(symbols);
                coming.push_back({symbol, back, feed.bar(symbol, minute_start(back))});
                if (feed.below(4) == 0) {
                    coming.push_back(coming[static_cast<std::size_t>(
                        feed.below(static_cast<int>(coming.size())))]);
                }
            }
            feed.shuffle(coming);
            for (const Event& event : coming) {
                known[{event.minute, event.symbol}] = event;
            }
            market.give(batch_of(coming));
            market.tick();
            for (std::size_t port = 0; port < ports; ++port) {
                CHECK(newest(market, port) == recomputed(minute, port));
            }
            market.node->advance(minute_start(minute + 1), market.out);
            for (std::size_t port = 0; port < ports; ++port) {
                CHECK(newest(market, port) == recomputed(minute, port));
            }
        }
    }
}

TEST_CASE("a restart at any barrier changes nothing, history and official bars included") {
    Feed feed(3);
    const Batch daily = daily_bars(feed);
    using Step = std::function<void(Driven<Breadth>&)>;
    std::vector<Step> steps;
    for (std::size_t row = 0; row < daily.rows(); row += 40) {
        const Batch part = daily.slice(row, std::min<std::size_t>(40, daily.rows() - row));
        steps.emplace_back([part](auto& market) { market.give(part, 1); });
    }
    std::size_t history_ends = 0;
    for (const char* day : {"2016-04-15", "2016-04-18"}) {
        for (int minute = 0; minute < 4; ++minute) {
            const Timestamp time =
                at(std::string{day} + "T13:30:00Z") + std::chrono::minutes{minute};
            std::vector<Event> events;
            for (int i = 0; i < 8; ++i) {
                const int symbol = feed.below(symbols);
                events.push_back(
                    {symbol, minute,
                     feed.bar(symbol, time - std::chrono::minutes{feed.below(minute + 1)})});
            }
            const Batch batch = batch_of(events);
            steps.emplace_back([batch](auto& market) { market.give(batch); });
            if (steps.size() > 6 && history_ends == 0) {
                history_ends = steps.size();
                steps.emplace_back([](auto& market) { market.finish_input(1); });
            }
            steps.emplace_back([time](auto& market) {
                market.node->advance(time + std::chrono::minutes{1}, market.out);
            });
        }
    }
    const std::string toml = options + "publish_every = '0s'";
    const auto fresh = [&] {
        auto market =
            std::make_unique<Driven<Breadth>>(toml, std::vector<std::string>{"bars", "daily"});
        market->clock("2020-01-01T00:00:00Z");
        return market;
    };
    const auto undisturbed = fresh();
    for (const Step& step : steps) {
        step(*undisturbed);
    }
    undisturbed->finish();
    REQUIRE(undisturbed->rows().rows() >= 8);
    for (std::size_t cut = 0; cut <= steps.size(); ++cut) {
        const auto before = fresh();
        for (std::size_t i = 0; i < cut; ++i) {
            steps[i](*before);
        }
        StateWriter state;
        before->node->snapshot(state);
        const auto after = fresh();
        StateReader reader(state.bytes());
        after->node->restore(reader);
        CHECK(reader.at_end());
        if (cut > history_ends) {
            after->finish_input(1);  // the host tells again
        }
        for (std::size_t i = cut; i < steps.size(); ++i) {
            steps[i](*after);
        }
        after->finish();
        for (std::size_t port = 0; port < ports; ++port) {
            const std::vector<Batch> both{before->rows(port), after->rows(port)};
            CHECK(testing::to_text(concat(both)) == testing::to_text(undisturbed->rows(port)));
        }
    }
}

TEST_CASE("a state of another version or other averages is refused") {
    const auto saved = [](const std::string& toml) {
        const Driven<Breadth> market(toml);
        StateWriter state;
        market.node->snapshot(state);
        return state.bytes();
    };
    const auto restored = [](const std::string& toml, const std::string& bytes) {
        Driven<Breadth> market(toml);
        StateReader reader(bytes);
        market.node->restore(reader);
    };
    CHECK_NOTHROW(restored("averages = ['sma20']", saved("averages = ['sma20']")));
    CHECK_THROWS_WITH(restored("averages = ['sma20']", saved("averages = ['sma30']")),
                      Catch::Contains("other averages"));
    StateWriter other;
    other.integer(99);
    CHECK_THROWS_WITH(restored("", other.bytes()), Catch::Contains("version 99"));
}

TEST_CASE("breadth keeps what every node promises") {
    Feed feed(5);
    testing::Sample sample;
    sample.toml = options + "publish_every = '0s'";
    for (const char* day : {"2016-04-14", "2016-04-15"}) {
        for (int minute = 0; minute < 3; ++minute) {
            std::vector<Event> events;
            for (int symbol = 0; symbol < 5; ++symbol) {
                events.push_back({symbol, minute,
                                  feed.bar(symbol, at(std::string{day} + "T13:30:00Z") +
                                                       std::chrono::minutes{minute})});
            }
            sample.batches.push_back(batch_of(events));
        }
    }
    CHECK(testing::conformance<Breadth>(sample) == std::vector<std::string>{});
    sample.toml = options;
    CHECK(testing::conformance<Breadth>(sample) == std::vector<std::string>{});
}

TEST_CASE("late and corrected daily bars give what a full recomputation gives") {
    check_late_daily<Breadth>("publish_every = '0s'\n", {"A", "B", "C", "D", "E"});
}
