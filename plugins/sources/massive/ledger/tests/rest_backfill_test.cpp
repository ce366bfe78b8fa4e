// The backfiller with the real client, against the simulator's REST service over real sockets.
#include <catch2/catch.hpp>
#include <condition_variable>
#include <map>
#include <mutex>

#include "ledger/backfiller.hpp"
#include "ledger/gap_ledger.hpp"
#include "sim/simulator.hpp"
#include "temp_folder.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::massive;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view start = "2026-11-20T14:30:00Z";

Timestamp at(int minute) {
    return *parse_timestamp(start) + std::chrono::minutes{minute};
}

/// The hole's row after this result was noted.
Gap made(GapLedger& ledger, const FillResult& result, const Gap& gap, Timestamp now) {
    const GapLedger::Progress progress{gap.id, result.through, bars_of(result, gap)};
    return ledger.progress({&progress, 1}, now).front();
}

massive_sim::SimulatorOptions service() {
    massive_sim::SimulatorOptions options;
    options.synthetic = true;
    options.symbols = {"AAPL", "BRK.B"};
    options.start = start;
    options.minutes = 240;
    options.missing_percent = 10;
    options.rest_serves = "all";
    options.api_keys = {"good-key"};
    return options;
}

RestClient::Options client(const massive_sim::Simulator& simulator, std::int64_t page_limit,
                           const std::string& key = "good-key") {
    RestClient::Options options;
    options.url = simulator.rest_url();
    options.api_key = Secret(key);
    options.page_limit = page_limit;
    return options;
}

/// Time stands still but for the backfiller's waits, which take none.
struct Running {
    testing::FakeClock clock{at(1'000)};
    std::mutex mutex;
    std::condition_variable woken;
    bool results = false;
    Backfiller backfiller;

    explicit Running(RestClient::Options options)
        : backfiller(
              rest_service(std::move(options)), 0, clock, [](Level, std::string_view) {},
              [this] {
                  const std::lock_guard lock(mutex);
                  results = true;
                  woken.notify_all();
              },
              [this](std::condition_variable& changed, std::unique_lock<std::mutex>& lock,
                     std::optional<Duration> time) {
                  if (time) {
                      clock.advance(*time);
                  } else {
                      changed.wait(lock);
                  }
              }) {}
    std::vector<FillResult> take() {
        std::unique_lock lock(mutex);
        REQUIRE(woken.wait_for(lock, 60s, [&] { return results; }));
        results = false;
        lock.unlock();
        return backfiller.take();
    }
};

using Closes = std::map<Timestamp, double>;

void add(Closes& closes, const std::vector<RestBar>& bars) {
    for (const RestBar& bar : bars) {
        REQUIRE(closes.emplace(bar.start, bar.close).second);
    }
}

Gap hole(std::int64_t id, const std::string& symbol, int from, int to) {
    Gap gap;
    gap.id = id;
    gap.symbol = symbol;
    gap.from = gap.filled_to = at(from);
    gap.to = at(to);
    return gap;
}

}  // namespace

TEST_CASE("Real pages come whole and once, through errors of the service") {
    massive_sim::Simulator simulator(service());
    RestClient direct(client(simulator, 50'000));
    std::map<std::string, Closes> expected;
    add(expected["AAPL"], direct.bars("AAPL", Span::minute, at(10), at(200)).bars);
    add(expected["BRK.B"], direct.bars("BRK.B", Span::minute, at(20), at(50)).bars);
    REQUIRE(expected["AAPL"].size() > 100);

    const std::string fault =
        GENERATE("", "rest_error?status=429&count=2&retry_after=7", "rest_error?status=503&count=5",
                 "rest_error?status=429&count=2&empty_body=true",
                 "rest_error?status=200&count=1&cut_short=true");
    INFO(fault);
    if (!fault.empty()) {
        simulator.control(fault);
    }
    Running running(client(simulator, 40));
    running.backfiller.order(
        {hole(1, "AAPL", 10, 120), hole(2, "AAPL", 120, 200), hole(3, "BRK.B", 20, 50)}, 20s);
    std::map<std::string, Closes> came;
    std::size_t pages = 0;
    while (running.backfiller.pending() > 0) {
        for (const FillResult& result : running.take()) {
            CHECK(result.trouble == FillResult::Trouble::none);
            add(came[result.symbol], result.bars);
            ++pages;
        }
    }
    CHECK(came == expected);
    CHECK(pages >= 6);
    const Backfiller::Counts counts = running.backfiller.counts();
    CHECK(counts.requests == pages + counts.retries);
    CHECK((counts.retries > 0) == !fault.empty());
}

TEST_CASE("A wrong key is reported for all holes after one request") {
    massive_sim::Simulator simulator(service());
    Running running(client(simulator, 50'000, "wrong-key"));
    running.backfiller.order({hole(1, "AAPL", 10, 20), hole(2, "BRK.B", 20, 50)}, 20s);
    const std::vector<FillResult> results = running.take();
    REQUIRE(results.size() == 2);
    CHECK(results[1].trouble == FillResult::Trouble::unauthorized);
    CHECK(results[1].message.find("wrong-key") == std::string::npos);
    CHECK(running.backfiller.counts().requests == 1);
}

TEST_CASE("A hole that is half filled goes on after a restart where the checkpoint says") {
    massive_sim::Simulator simulator(service());
    RestClient direct(client(simulator, 50'000));
    Closes expected;
    add(expected, direct.bars("AAPL", Span::minute, at(10), at(200)).bars);

    const TempFolder folder;
    const std::filesystem::path file = folder.path() / "gaps.sqlite";
    const std::vector<std::string> symbols{"AAPL"};
    Closes stored;
    std::uint64_t checkpoint = 0;
    {
        GapLedger ledger;
        ledger.open(file);
        ledger.begin(symbols, Channel::minute, at(10), Cause::disconnect, at(11), "");
        ledger.end(symbols, Channel::minute, at(200), at(200));
        Running running(client(simulator, 40));
        running.backfiller.order(ledger.unsettled(), 20s);
        const FillResult first = running.take().front();
        REQUIRE_FALSE(first.done);
        add(stored, first.bars);
        Gap gap = ledger.unsettled().front();
        gap = made(ledger, first, gap, at(201));
        CHECK(gap.state == GapState::filling);
        checkpoint = ledger.version();
    }
    GapLedger ledger;
    ledger.open(file);
    ledger.restore(checkpoint);
    Gap gap = ledger.unsettled().front();
    CHECK(gap.filled_to > at(10));
    Running running(client(simulator, 40));
    running.backfiller.order({gap}, 20s);
    while (running.backfiller.pending() > 0) {
        for (const FillResult& result : running.take()) {
            add(stored, result.bars);
            gap = made(ledger, result, gap, at(202));
        }
    }
    CHECK(stored == expected);
    CHECK(gap.filled_to == at(200));
    CHECK(gap.rows == static_cast<std::int64_t>(expected.size()));
}

TEST_CASE("The backfiller of a pipeline fetches by the system's time") {
    massive_sim::Simulator simulator(service());
    testing::FakeClock clock(at(1'000));
    std::mutex mutex;
    std::condition_variable woken;
    bool results = false;
    Backfiller backfiller(
        client(simulator, 50'000), 100, clock, [](Level, std::string_view) {},
        [&] {
            const std::lock_guard lock(mutex);
            results = true;
            woken.notify_all();
        });
    backfiller.order({hole(1, "AAPL", 10, 20)}, 20s);
    std::unique_lock lock(mutex);
    REQUIRE(woken.wait_for(lock, 60s, [&] { return results; }));
    CHECK(backfiller.take().front().done);
    // One that is not yet due waits, and ends with the backfiller.
    backfiller.order({hole(2, "AAPL", 999, 1'000)}, 20s);
    CHECK(backfiller.pending() == 1);
}
