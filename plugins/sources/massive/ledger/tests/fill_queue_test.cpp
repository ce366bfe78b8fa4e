#include "fill_queue.hpp"

#include <catch2/catch.hpp>

using namespace tsflow;
using namespace tsflow::massive;
using namespace std::chrono_literals;

namespace {

/// Minutes of a morning; the fraction is of a minute.
Timestamp at(double minute) {
    return *parse_timestamp("2026-11-20T14:30:00Z") +
           Duration{static_cast<std::int64_t>(minute * 60e9)};
}

Gap gap(std::int64_t id, const std::string& symbol, double from, std::optional<double> to,
        Channel channel = Channel::minute) {
    Gap result;
    result.id = id;
    result.symbol = symbol;
    result.channel = channel;
    result.from = result.filled_to = at(from);
    if (to) {
        result.to = at(*to);
    }
    return result;
}

/// A bar for each minute of [from, to).
BarsPage page(int from, int to, std::string next = {}) {
    BarsPage result;
    for (int minute = from; minute < to; ++minute) {
        result.bars.push_back({at(minute), 1, 1, 1, 1, 100, {}, {}});
    }
    result.next = std::move(next);
    return result;
}

/// `AAPL 10-13`, and the page when it is a following one.
std::string text(const std::optional<FillQueue::Request>& request) {
    if (!request) {
        return "nothing";
    }
    const auto minutes = [](Timestamp time) {
        return std::to_string(
            std::chrono::duration_cast<std::chrono::minutes>(time - at(0)).count());
    };
    std::string result =
        request->symbol + " " + minutes(request->from) + "-" + minutes(request->to);
    if (!request->page.empty()) {
        result += " page " + request->page;
    }
    return result;
}

constexpr Duration margin = 20s;
const FillQueue::Failure unreachable{"no answer", 0, true, {}};

struct Queue {
    FillQueue queue{RequestPace(0, 1)};
    std::vector<FillResult> add(const std::vector<Gap>& gaps, double now) {
        return queue.add(gaps, margin, at(now));
    }
    std::string next(double now) { return text(queue.next(at(now))); }
    std::optional<FillResult> answered(BarsPage page, double now) {
        return queue.answered(std::move(page), at(now), at(now));
    }
    std::vector<FillResult> failed(const FillQueue::Failure& failure, double now) {
        return queue.failed(failure, at(now), at(now));
    }
};

using Ids = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("Gaps of one ticker that touch are one request, others one each") {
    Queue test;
    test.add({gap(1, "AAPL", 10, 13), gap(2, "AAPL", 13, 15), gap(3, "AAPL", 12, 14),
              gap(4, "AAPL", 16, 17), gap(5, "MSFT", 10, 13),
              gap(6, "AAPL", 10, 13, Channel::second), gap(7, "AAPL", 10, 13, Channel::trades)},
             30);
    CHECK(test.queue.size() == 4);
    CHECK(test.next(30) == "AAPL 10-15");
    const std::optional<FillResult> result = test.answered(page(10, 15), 30);
    REQUIRE(result);
    CHECK(result->gaps == Ids{1, 3, 2});
    CHECK(result->bars.size() == 5);
    CHECK(result->through == at(15));
    CHECK(result->done);
    CHECK(bars_of(*result, gap(3, "AAPL", 12, 14)) == 2);
    CHECK(test.next(30) == "MSFT 10-13");
    test.answered(page(10, 13), 30);
    CHECK(test.next(30) == "AAPL 10-13");
    CHECK(test.answered(page(10, 13), 30)->channel == Channel::second);
    CHECK(test.next(30) == "AAPL 16-17");
    test.answered(page(16, 17), 30);
    CHECK(test.next(30) == "nothing");
    CHECK_FALSE(test.queue.due());
}

TEST_CASE("A partly filled gap is fetched from where it stands, and whole windows only") {
    Queue test;
    Gap half = gap(1, "AAPL", 10.5, 13.5);
    half.filled_to = at(11.5);
    test.add({half}, 30);
    CHECK(test.next(30) == "AAPL 11-14");
}

TEST_CASE("A gap that lacks nothing is done at once") {
    Queue test;
    Gap full = gap(1, "AAPL", 10, 13);
    full.filled_to = at(13);
    const std::vector<FillResult> results = test.add({full}, 30);
    REQUIRE(results.size() == 1);
    CHECK(results[0].done);
    CHECK(results[0].gaps == Ids{1});
    CHECK(results[0].through == at(13));
    CHECK(test.queue.size() == 0);
}

TEST_CASE("A window is asked for when it has settled") {
    Queue test;
    test.add({gap(1, "AAPL", 10, 13)}, 13.1);
    CHECK(test.next(13.1) == "nothing");
    CHECK(test.queue.due() == at(13) + margin);
    CHECK(test.next(13.34) == "AAPL 10-13");
    SECTION("an open-ended gap as far as that goes") {
        test.answered(page(10, 13), 13.4);
        test.add({gap(2, "AAPL", 20, std::nullopt)}, 22.3);
        CHECK(test.next(22.3) == "AAPL 20-21");
        const std::optional<FillResult> result = test.answered(page(20, 21), 22.3);
        CHECK(result->through == at(21));
        CHECK(result->done);
        Gap closed = gap(2, "AAPL", 20, 23);
        closed.filled_to = at(21);
        test.add({closed, gap(3, "MSFT", 24, std::nullopt)}, 24.2);
        CHECK(test.next(24.2) == "AAPL 21-23");
        CHECK(test.queue.size() == 1);
    }
}

TEST_CASE("A connection that comes and goes all the time does not put the fetching off") {
    Queue test;
    // A hole of ten seconds every ten seconds, and a margin of twenty.
    int asked = 0;
    for (int i = 0; i < 60; ++i) {
        const double from = 10 + i / 6.0;
        test.add({gap(i + 1, "AAPL", from, from + 1 / 6.0, Channel::second)}, from + 1 / 6.0);
        if (test.queue.next(at(from + 1 / 6.0))) {
            ++asked;
            test.answered({}, from + 1 / 6.0);
        }
    }
    CHECK(asked > 15);
}

TEST_CASE("Pages are followed, and tell how far they reach") {
    Queue test;
    test.add({gap(1, "AAPL", 10, 20), gap(2, "MSFT", 10, 20)}, 30);
    CHECK(test.next(30) == "AAPL 10-20");
    std::optional<FillResult> result = test.answered(page(10, 14, "second"), 31);
    CHECK(result->through == at(14));
    CHECK(result->requested == at(31));
    CHECK_FALSE(result->done);
    CHECK(test.next(32) == "MSFT 10-20");  // others have their turn
    test.answered(page(10, 20), 32);
    CHECK(test.next(32) == "AAPL 14-20 page second");
    SECTION("up to the last") {
        // Minutes without trades at the end; a bar beyond the range is none of ours.
        result = test.answered(page(14, 18), 32);
        CHECK(result->through == at(20));
        CHECK(result->bars.size() == 4);
        CHECK(result->done);
        CHECK(test.queue.size() == 0);
    }
    SECTION("also over an empty one, and without bars that were not asked for") {
        result = test.answered({{}, "third", 0}, 32);
        CHECK(result->through == at(14));
        CHECK(test.next(32) == "AAPL 14-20 page third");
        result = test.answered(page(12, 25), 32);
        CHECK(result->bars.front().start == at(14));
        CHECK(result->bars.back().start == at(19));
    }
    SECTION("and when an address has expired the rest is asked for anew") {
        CHECK(test.failed({"no such cursor", 400, false, {}}, 32).empty());
        CHECK(test.next(40) == "AAPL 14-20");
        CHECK(test.failed({"no such ticker", 404, false, {}}, 40).size() == 1);
    }
    SECTION("but a page that names itself is a failure") {
        CHECK_FALSE(test.answered(page(14, 16, "second"), 32));
        CHECK(test.queue.due() >= at(32));
        CHECK(test.next(40) == "AAPL 14-20");
    }
}

TEST_CASE("What fails is tried again, ever more rarely, and others go on") {
    Queue test;
    test.add({gap(1, "AAPL", 10, 13), gap(2, "MSFT", 11, 14)}, 30);
    CHECK(test.next(30) == "AAPL 10-13");
    CHECK(test.failed(unreachable, 30).empty());
    CHECK(test.queue.worth_telling());
    CHECK(test.next(30) == "MSFT 11-14");
    test.answered(page(11, 14), 30);

    double now = 30;
    Duration longest{};
    for (int i = 0; i < 60; ++i) {
        const Timestamp due = *test.queue.due();
        longest = std::max(longest, due - at(now));
        CHECK(due - at(now) <= 60s);
        now = std::chrono::duration<double, std::ratio<60>>(due - at(0)).count() + 1e-6;
        const std::optional<FillQueue::Request> request = test.queue.next(at(now));
        REQUIRE(text(request) == "AAPL 10-13");
        CHECK(request->again);
        test.failed(unreachable, now);
    }
    CHECK(longest > 30s);
    CHECK(longest <= 60s);
    test.add({gap(3, "NVDA", 10, 13)}, now);
    REQUIRE(test.queue.due());
    CHECK(*test.queue.due() - at(now) <= 60s);
}

TEST_CASE("The service says when to come back") {
    Queue test;
    test.add({gap(1, "AAPL", 10, 13), gap(2, "MSFT", 11, 14)}, 30);
    test.next(30);
    SECTION("with 429, which is for all orders") {
        test.failed({"too many requests", 429, true, 45s}, 30);
        CHECK(test.next(30.5) == "nothing");
        CHECK(test.next(30.74) == "nothing");
        CHECK(test.next(30.75) == "MSFT 11-14");
        test.answered(page(11, 14), 30.75);
        CHECK(test.next(31) == "AAPL 10-13");
    }
    SECTION("or does not, and one order's 500 is its own") {
        test.failed({"internal error", 500, true, {}}, 30);
        CHECK(test.next(30) == "MSFT 11-14");
    }
}

TEST_CASE("A service that is down is not asked for every ticker") {
    Queue test;
    std::vector<Gap> gaps;
    for (int i = 0; i < 1000; ++i) {
        gaps.push_back(gap(i, "T" + std::to_string(i), 10, 13));
    }
    test.add(gaps, 30);
    int asked = 0;
    int told = 0;
    for (int second = 0; second < 600; ++second) {
        while (test.queue.next(at(30 + second / 60.0))) {
            ++asked;
            test.failed(unreachable, 30 + second / 60.0);
            told += test.queue.worth_telling() ? 1 : 0;
        }
    }
    CHECK(asked < 60);
    CHECK(told < 8);
}

TEST_CASE("No more requests a minute than allowed") {
    FillQueue queue{RequestPace(5, 1)};
    std::vector<Gap> gaps;
    for (int i = 0; i < 20; ++i) {
        gaps.push_back(gap(i, "T" + std::to_string(i), 10, 13));
    }
    queue.add(gaps, margin, at(30));
    std::vector<Timestamp> sent;
    Timestamp now = at(30);
    while (queue.size() > 0) {
        now = std::max(now, *queue.due());
        REQUIRE(queue.next(now));
        sent.push_back(now);
        now += 1s;
        queue.answered(page(10, 13), now, now);
    }
    REQUIRE(sent.size() == 20);
    for (std::size_t i = 5; i < sent.size(); ++i) {
        CHECK(sent[i] - sent[i - 5] >= 60s);
    }
    CHECK(sent[4] - sent[0] == 4s);
    CHECK(sent[19] == at(33) + 4s);
}

TEST_CASE("What is useless to ask again is given up") {
    Queue test;
    test.add({gap(1, "NONE", 10, 13), gap(2, "MSFT", 11, 14), gap(3, "NVDA", 12, 14)}, 30);
    test.next(30);
    SECTION("a range that does not exist, alone") {
        const auto results = test.failed({"unknown ticker", 404, false, {}}, 30);
        REQUIRE(results.size() == 1);
        CHECK(results[0].gaps == Ids{1});
        CHECK(results[0].trouble == FillResult::Trouble::refused);
        CHECK(results[0].message == "unknown ticker");
        CHECK(results[0].done);
        CHECK(results[0].through == at(10));
        CHECK(test.next(30) == "MSFT 11-14");
    }
    SECTION("what the plan does not include, alone") {
        const auto results = test.failed({"not entitled", 403, false, {}}, 30);
        REQUIRE(results.size() == 1);
        CHECK(results[0].trouble == FillResult::Trouble::unauthorized);
        CHECK(test.queue.size() == 2);
    }
    SECTION("all, when the key is unknown") {
        const auto results = test.failed({"unknown key", 401, false, {}}, 30);
        REQUIRE(results.size() == 3);
        CHECK(results[2].trouble == FillResult::Trouble::unauthorized);
        CHECK(test.queue.size() == 0);
        CHECK_FALSE(test.queue.due());
        test.add({gap(4, "AAPL", 10, 13)}, 31);
        CHECK(test.next(31) == "AAPL 10-13");
    }
}

TEST_CASE("What is ordered already is not asked for twice") {
    Queue test;
    test.add({gap(1, "AAPL", 10, 13)}, 30);
    test.add({gap(1, "AAPL", 10, 13)}, 30);
    CHECK(test.next(30) == "AAPL 10-13");
    SECTION("nor while it is under way") {
        test.add({gap(1, "AAPL", 10, 13)}, 30);
        CHECK(test.answered(page(10, 13), 30)->done);
        CHECK(test.next(31) == "nothing");
    }
    SECTION("and one that has grown is asked for the rest") {
        test.add({gap(1, "AAPL", 10, 16)}, 30);
        const auto first = test.answered(page(10, 13), 30);
        CHECK_FALSE(first->done);
        CHECK(first->through == at(13));
        CHECK(test.next(31) == "AAPL 13-16");
        CHECK(test.answered(page(13, 16), 31)->gaps == Ids{1});
        CHECK(test.queue.size() == 0);
    }
    SECTION("but for a new gap, what came before it is asked for again") {
        test.answered(page(10, 12, "second"), 30);
        test.add({gap(2, "AAPL", 9, 11)}, 31);
        CHECK(test.next(31) == "AAPL 9-13");
        CHECK(test.answered(page(9, 13), 31)->gaps == Ids{1, 2});
    }
    SECTION("also when it comes while the page is under way, which is then of no use") {
        test.add({gap(2, "AAPL", 9, 11)}, 30);
        CHECK_FALSE(test.answered(page(10, 13), 30));
        CHECK(test.next(30) == "AAPL 9-13");
    }
    SECTION("and one that joins two that wait makes them one") {
        test.answered(page(10, 13), 30);
        test.add({gap(2, "AAPL", 20, 22)}, 30);
        test.add({gap(3, "AAPL", 24, 26)}, 30);
        CHECK(test.queue.size() == 2);
        test.add({gap(4, "AAPL", 21, 25)}, 30);
        CHECK(test.queue.size() == 1);
        CHECK(test.next(30) == "AAPL 20-26");
        CHECK(test.answered(page(20, 26), 30)->gaps == Ids{2, 4, 3});
    }
}

TEST_CASE("Clocks that go back do not harm") {
    Queue test;
    test.add({gap(1, "AAPL", 10, 13)}, 30);
    CHECK(test.next(5) == "nothing");
    CHECK(test.queue.due() == at(13) + margin);
    test.add({gap(2, "MSFT", 10, std::nullopt)}, 5);
    CHECK(test.next(14) == "AAPL 10-13");
}
