#include "rows/holes.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "massive/records.hpp"
#include "massive/rest_client.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::massive;
using namespace std::chrono_literals;
using market::massive::Aggregate;
using market::massive::RestError;

namespace {

Timestamp minute(int n) {
    return *parse_timestamp("2016-04-15T13:30:00Z") + std::chrono::minutes{n};
}

/// A service with a bar for each minute; while `refusing` it answers as for a wrong plan.
class Bars final : public BarService {
public:
    BarsPage bars(std::string_view, Span, Timestamp from, Timestamp to) override {
        ++requests;
        if (refusing) {
            throw RestError("HTTP 403: You are not entitled to this data", 403, false, {});
        }
        BarsPage page;
        for (; from < to; from += 1min) {
            page.bars.push_back({from, 1, 1, 1, 1, 100, {}, {}});
        }
        return page;
    }
    BarsPage next(const std::string&) override { return {}; }
    void cancel() noexcept override {}

    std::atomic<bool> refusing{false};
    std::atomic<int> requests{0};
};

/// One connection of two tickers, and a market whose minutes a test plays by hand.
struct Rig {
    explicit Rig(bool refuse = false) : refusing(refuse) {
        context.clock_.advance(minute(60) - context.clock_.now());
        open({"H.A", "H.B"});
    }
    ~Rig() { backfiller->stop(); }

    void open(const Tickers& wanted, Channel channel = Channel::minute) {
        coverage.emplace(std::vector{channel}, 1);
        coverage->name_connection(0, Symbol::intern("holes0"));
        auto service = std::make_unique<Bars>();
        bars = service.get();
        bars->refusing = refusing;
        backfiller = std::make_unique<Backfiller>(
            std::move(service), 0, context.clock(), [](Level, std::string_view) {},
            [this] {
                const std::lock_guard lock(mutex);
                woken = true;
                changed.notify_all();
            },
            [this](std::condition_variable& wake, std::unique_lock<std::mutex>& lock,
                   std::optional<Duration>) { wake.wait(lock); });
        holes = std::make_unique<Holes>(context.state_dir() / "gaps.sqlite", *coverage,
                                        backfiller.get(), context);
        holes->begin(&wanted);
    }
    /// As a pipeline that was killed comes up again, with another configuration.
    void restart(const Tickers& wanted, Channel channel = Channel::minute) {
        backfiller->stop();
        holes.reset();
        open(wanted, channel);
    }

    /// Bars of 100 shares for these tickers in this minute; their days' volumes grow as if all came.
    void play(int n, const std::vector<std::string>& tickers = {"H.A", "H.B"}) {
        BatchBuilder builder(schema_of<Aggregate>());
        for (const std::string& ticker : tickers) {
            Aggregate row;
            row.symbol = Symbol::intern(ticker);
            row.timestamp = minute(n);
            row.received = context.clock().now();
            row.volume = 100;
            row.day_volume = 100.0 * (n + 1);
            row.connection = Symbol::intern("holes0");
            append(builder, row);
        }
        holes->received(Channel::minute, builder.finish());
    }
    void lose() { holes->dark(0, {"H.A", "H.B"}, "lost", false); }
    void cover(const Tickers& tickers = {"H.A", "H.B"}) { holes->covered(0, tickers); }
    /// Takes what the backfiller brings until none is under way.
    void fill() {
        while (backfiller->pending() > 0) {
            {
                std::unique_lock lock(mutex);
                REQUIRE(
                    changed.wait_for(lock, 60s, [this] { return std::exchange(woken, false); }));
            }
            holes->take_fills(&rows, nullptr);
            holes->settle();
        }
    }
    std::vector<std::string> lines() {
        std::vector<std::string> lines;
        const auto at = [](Timestamp time) {
            return std::to_string((time - minute(0)) / std::chrono::minutes{1});
        };
        for (const Gap& gap : listed()) {
            lines.push_back(gap.symbol + ' ' + at(gap.from) + ".." + (gap.to ? at(*gap.to) : "") +
                            ' ' + std::string(to_string(gap.state)));
        }
        std::sort(lines.begin(), lines.end());
        return lines;
    }
    std::vector<Gap> listed() { return read_gaps(context.state_dir() / "gaps.sqlite"); }

    testing::TestContext context;
    const bool refusing;
    std::optional<Coverage> coverage;
    std::mutex mutex;
    std::condition_variable changed;
    bool woken = false;
    Bars* bars = nullptr;
    BatchBuilder rows{schema_of<Aggregate>()};
    std::unique_ptr<Backfiller> backfiller;
    std::unique_ptr<Holes> holes;
};

}  // namespace

TEST_CASE("A hole that seemed to end too early is listed once by disconnect and volume jump") {
    Rig rig;
    rig.play(0);
    rig.lose();
    rig.cover();
    // Three corrections of bars within the hole look like new minutes; 4 to 9 are still missing.
    rig.play(1, {"H.A"});
    rig.play(2, {"H.A"});
    rig.play(3, {"H.A"});
    rig.play(10);
    rig.fill();
    std::multiset<std::pair<std::string, Timestamp>> begins;
    for (const Gap& gap : rig.listed()) {
        begins.emplace(gap.symbol, gap.from);
        CHECK(gap.state == GapState::filled);
    }
    // The disconnect lists minutes 1 and 2. By the volume H.A lacks 4 to 9; H.B lacks 1 to 9, of which 3
    // to 9 were not listed.
    CHECK(begins ==
          std::multiset<std::pair<std::string, Timestamp>>{
              {"H.A", minute(1)}, {"H.A", minute(4)}, {"H.B", minute(1)}, {"H.B", minute(3)}});
}

TEST_CASE("Holes that the plan does not let be filled are tried again") {
    Rig rig(true);
    rig.play(0);
    rig.lose();
    rig.cover();
    for (const int n : {3, 4, 5}) {
        rig.play(n);
    }
    rig.fill();
    const int refused = rig.bars->requests;
    CHECK(refused > 0);
    for (const Gap& gap : rig.listed()) {
        CHECK(gap.state == GapState::open);
        CHECK(gap.detail.find("not entitled") != std::string::npos);
    }
    rig.bars->refusing = false;
    rig.holes->tick();
    CHECK(rig.bars->requests == refused);  // not at once

    SECTION("after a while") {
        rig.context.clock_.advance(15min);
    }
    SECTION("when the user asks for a reload") {
        ++rig.context.reload_count;
    }
    rig.holes->tick();
    rig.fill();
    const std::vector<Gap> gaps = rig.listed();
    REQUIRE(gaps.size() == 2);
    for (const Gap& gap : gaps) {
        CHECK(gap.state == GapState::filled);
    }
    CHECK(rig.holes->open() == 0);
}

using Lines = std::vector<std::string>;

TEST_CASE(
    "The hole of a ticker that leaves the universe while it is dark ends there and is filled") {
    Rig rig;
    rig.play(58);
    rig.lose();
    rig.context.clock_.advance(3min + 30s);  // it is 13:30 and 63.5 minutes
    CHECK(rig.lines() == Lines{"H.A 59.. open", "H.B 59.. open"});
    rig.holes->unwanted({"H.B"});
    rig.fill();
    // Minute 63 would have come at its end, after the ticker had left.
    CHECK(rig.lines() == Lines{"H.A 59.. open", "H.B 59..63 filled"});

    rig.cover({"H.A"});
    for (const int n : {64, 65, 66}) {
        rig.context.clock_.advance(1min);
        rig.play(n, {"H.A"});
    }
    rig.fill();
    CHECK(rig.lines() == Lines{"H.A 59..66 filled", "H.B 59..63 filled"});
    CHECK(rig.holes->oldest_awaited() == Timestamp::max());
    CHECK(rig.holes->open() == 0);
}

TEST_CASE("A hole that waits for its end over a covered ticker ends when the ticker leaves") {
    Rig rig;
    rig.play(58);
    rig.lose();
    rig.cover();
    rig.context.clock_.advance(2min + 10s);
    rig.holes->unwanted({"H.A", "H.B"});
    rig.fill();
    CHECK(rig.lines() == Lines{"H.A 59..62 filled", "H.B 59..62 filled"});
    for (const int n : {62, 63, 64}) {
        rig.play(n);
    }
    CHECK(rig.lines() == Lines{"H.A 59..62 filled", "H.B 59..62 filled"});
}

TEST_CASE("A restart with a smaller universe ends the holes of the tickers that are gone") {
    Rig rig;
    rig.play(58);
    rig.lose();
    rig.context.clock_.advance(5min + 10s);
    rig.restart({"H.A"});
    rig.fill();
    CHECK(rig.lines() == Lines{"H.A 59.. open", "H.B 59..65 filled"});
    CHECK(rig.holes->oldest_awaited() == minute(59));
}

TEST_CASE("A restart without a channel gives up what is missing of it") {
    Rig rig;
    rig.play(58);
    rig.lose();
    rig.restart({"H.A", "H.B"}, Channel::second);
    CHECK(rig.lines() == Lines{"H.A 59..60 permanent", "H.B 59..60 permanent"});
    CHECK(rig.listed().front().detail == "the channel is not subscribed any more");
    CHECK(rig.holes->oldest_awaited() == Timestamp::max());
}

TEST_CASE("A ticker that left is not missed when its connection is lost before it let it go") {
    Rig rig;
    rig.play(58);
    rig.holes->unwanted({"H.B"});
    rig.lose();
    CHECK(rig.lines() == Lines{"H.A 59.. open"});
    rig.cover();
    rig.holes->wanted({"H.B"});
    rig.play(59);
    rig.lose();
    CHECK(rig.lines() == Lines{"H.A 59.. open", "H.B 60.. open"});
}
