#include "ledger/backfiller.hpp"

#include <catch2/catch.hpp>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>

#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::massive;
using namespace std::chrono_literals;

namespace {

Timestamp at(int minute) {
    return *parse_timestamp("2026-11-20T14:30:00Z") + std::chrono::minutes{minute};
}

Gap gap(std::int64_t id, const std::string& symbol, int from, int to) {
    Gap result;
    result.id = id;
    result.symbol = symbol;
    result.from = result.filled_to = at(from);
    result.to = at(to);
    return result;
}

BarsPage page(int from, int to, std::string next = {}) {
    BarsPage result;
    for (int minute = from; minute < to; ++minute) {
        result.bars.push_back({at(minute), 1, 1, 1, 1, 100, {}, {}});
    }
    result.next = std::move(next);
    return result;
}

/// Answers what the test says; each request is kept as text.
class Script final : public BarService {
public:
    using Answer = std::function<BarsPage(const std::string& request)>;
    explicit Script(Answer answer) : answer_(std::move(answer)) {}

    BarsPage bars(std::string_view ticker, Span, Timestamp from, Timestamp to) override {
        const auto minutes = [](Timestamp time) { return std::to_string((time - at(0)) / 1min); };
        return answer_(std::string(ticker) + " " + minutes(from) + "-" + minutes(to));
    }
    BarsPage next(const std::string& url) override { return answer_(url); }
    void cancel() noexcept override {
        const std::lock_guard lock(mutex_);
        cancelled_ = true;
        changed_.notify_all();
    }
    /// Blocks as a request does that gets no answer.
    BarsPage hang() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return cancelled_; });
        throw RestError("the request was cancelled", 0, false, {});
    }

private:
    Answer answer_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool cancelled_ = false;
};

/// A backfiller whose waiting moves a clock instead of taking time.
struct Running {
    testing::FakeClock clock{at(60)};
    std::mutex mutex;
    std::condition_variable woken;
    int wakes = 0;
    std::vector<std::string> requests;
    std::vector<std::string> logs;
    Script* script = nullptr;
    std::unique_ptr<Backfiller> backfiller;

    explicit Running(Script::Answer answer, std::uint64_t requests_per_minute = 0) {
        auto service = std::make_unique<Script>([this, answer](const std::string& request) {
            {
                const std::lock_guard lock(mutex);
                requests.push_back(request);
            }
            return answer(request);
        });
        script = service.get();
        backfiller = std::make_unique<Backfiller>(
            std::move(service), requests_per_minute, clock,
            [this](Level, std::string_view line) { logs.emplace_back(line); },
            [this] {
                const std::lock_guard lock(mutex);
                ++wakes;
                woken.notify_all();
            },
            [this](std::condition_variable& changed, std::unique_lock<std::mutex>& lock,
                   std::optional<Duration> time) {
                if (time) {
                    clock.advance(*time);
                } else {
                    changed.wait(lock);
                }
            });
    }
    /// What comes until all that was ordered is done.
    std::vector<FillResult> all() {
        std::vector<FillResult> results;
        int seen = 0;
        while (backfiller->pending() > 0) {
            for (FillResult& result : backfiller->take()) {
                results.push_back(std::move(result));
            }
            if (backfiller->pending() == 0) {
                break;
            }
            std::unique_lock lock(mutex);
            REQUIRE(woken.wait_for(lock, 30s, [&] { return wakes > seen; }));
            seen = wakes;
        }
        return results;
    }
};

}  // namespace

TEST_CASE("Ordered holes are fetched, page by page, and each comes once") {
    Running test([](const std::string& request) {
        if (request == "AAPL 10-20") {
            return page(10, 14, "http://localhost/2");
        }
        return request == "http://localhost/2" ? page(14, 20) : page(30, 32);
    });
    test.backfiller->order({gap(1, "AAPL", 10, 20), gap(2, "MSFT", 30, 32)}, 20s);
    const std::vector<FillResult> results = test.all();
    REQUIRE(results.size() == 3);
    std::size_t bars = 0;
    for (const FillResult& result : results) {
        bars += result.bars.size();
        CHECK(result.requested >= at(60));
        CHECK(result.trouble == FillResult::Trouble::none);
    }
    CHECK(bars == 12);
    CHECK(test.backfiller->pending() == 0);
    CHECK(test.backfiller->counts().requests == 3);
    CHECK(test.backfiller->counts().retries == 0);
    CHECK(test.backfiller->take().empty());
}

TEST_CASE("A hole that lacks nothing is reported without a request") {
    Running test([](const std::string&) { return BarsPage{}; });
    Gap full = gap(1, "AAPL", 10, 20);
    full.filled_to = *full.to;
    test.backfiller->order({full}, 20s);
    CHECK(test.all().size() == 1);
    CHECK(test.backfiller->counts().requests == 0);
}

TEST_CASE("A hole that has just ended is fetched when it has settled") {
    Running test([](const std::string&) { return page(58, 60); });
    test.backfiller->order({gap(1, "AAPL", 58, 60)}, 20s);
    const std::vector<FillResult> results = test.all();
    REQUIRE(results.size() == 1);
    CHECK(results[0].requested == at(60) + 20s);
}

TEST_CASE("Failures are told and tried again until they pass") {
    int failures = 0;
    Running test([&](const std::string& request) -> BarsPage {
        if (request.rfind("AAPL", 0) == 0 && ++failures <= 5) {
            if (failures == 1) {
                throw RestError("429 Too Many Requests", 429, true, 90s);
            }
            if (failures == 2) {
                throw Error("the reply is no JSON");
            }
            throw RestError("connection refused", 0, true, {});
        }
        return page(10, 20);
    });
    test.backfiller->order({gap(1, "AAPL", 10, 20), gap(2, "MSFT", 10, 20)}, 20s);
    const std::vector<FillResult> results = test.all();
    REQUIRE(results.size() == 2);
    CHECK(results[0].symbol == "MSFT");
    CHECK(results[0].requested >= at(60) + 90s);
    CHECK(results[1].symbol == "AAPL");
    const Backfiller::Counts counts = test.backfiller->counts();
    CHECK(counts.requests == 7);
    CHECK(counts.retries == 5);
    CHECK(counts.rate_limited == 1);
    REQUIRE_FALSE(test.logs.empty());
    CHECK_THAT(test.logs[0], Catch::Contains("AAPL") && Catch::Contains("429 Too Many Requests"));
}

TEST_CASE("What will never come is reported as such") {
    Running test([](const std::string& request) -> BarsPage {
        if (request == "GONE 10-20") {
            throw RestError("no such ticker", 404, false, {});
        }
        throw RestError("not entitled", 403, false, {});
    });
    test.backfiller->order({gap(1, "GONE", 10, 20), gap(2, "MSFT", 10, 20)}, 20s);
    const std::vector<FillResult> results = test.all();
    REQUIRE(results.size() == 2);
    CHECK(results[0].trouble == FillResult::Trouble::refused);
    CHECK(results[0].message == "no such ticker");
    CHECK(results[1].trouble == FillResult::Trouble::unauthorized);
}

TEST_CASE("Who does not take results is not flooded") {
    std::promise<void> many;
    std::atomic<int> asked{0};
    Running test([&](const std::string&) {
        if (++asked == 2) {
            many.set_value();
        }
        BarsPage big;
        big.bars.resize(60'000, RestBar{at(10), 1, 1, 1, 1, 1, {}, {}});
        return big;
    });
    std::vector<Gap> gaps;
    for (int i = 0; i < 10; ++i) {
        gaps.push_back(gap(i, "T" + std::to_string(i), 10, 20));
    }
    test.backfiller->order(gaps, 20s);
    REQUIRE(many.get_future().wait_for(30s) == std::future_status::ready);
    CHECK(test.backfiller->pending() == 10);
    std::vector<FillResult> results;
    while (results.size() < 2) {  // the second answer is on its way
        for (FillResult& result : test.backfiller->take()) {
            results.push_back(std::move(result));
        }
    }
    CHECK(asked <= 4);
    CHECK(results.size() + test.all().size() == 10);
    CHECK(asked == 10);
}

TEST_CASE("A stop ends the request under way at once") {
    std::promise<void> asked;
    Script* script = nullptr;
    Running test([&](const std::string&) {
        asked.set_value();
        return script->hang();
    });
    script = test.script;
    test.backfiller->order({gap(1, "AAPL", 10, 20), gap(2, "MSFT", 10, 20)}, 20s);
    REQUIRE(asked.get_future().wait_for(30s) == std::future_status::ready);
    test.backfiller->stop();
    CHECK(test.backfiller->take().empty());
    CHECK(test.backfiller->pending() == 2);
    CHECK(test.requests.size() == 1);
    test.backfiller->stop();
    test.backfiller->order({gap(3, "NVDA", 10, 20)}, 20s);
    CHECK(test.backfiller->pending() == 3);
}
