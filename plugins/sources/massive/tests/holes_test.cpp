#include "rows/holes.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>
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
    explicit Rig(bool refusing = false) {
        coverage.name_connection(0, Symbol::intern("holes0"));
        auto service = std::make_unique<Bars>();
        bars = service.get();
        bars->refusing = refusing;
        context.clock_.advance(minute(60) - context.clock_.now());
        backfiller = std::make_unique<Backfiller>(
            std::move(service), 0, context.clock(), [](Level, std::string_view) {},
            [this] {
                const std::lock_guard lock(mutex);
                woken = true;
                changed.notify_all();
            },
            [this](std::condition_variable& wake, std::unique_lock<std::mutex>& lock,
                   std::optional<Duration>) { wake.wait(lock); });
        holes = std::make_unique<Holes>(context.state_dir() / "gaps.sqlite", coverage,
                                        backfiller.get(), context);
        holes->begin();
    }
    ~Rig() { backfiller->stop(); }

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
    void cover() { holes->covered(0, {"H.A", "H.B"}); }
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
    std::vector<Gap> listed() { return read_gaps(context.state_dir() / "gaps.sqlite"); }

    testing::TestContext context;
    Coverage coverage{{Channel::minute}, 1};
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
