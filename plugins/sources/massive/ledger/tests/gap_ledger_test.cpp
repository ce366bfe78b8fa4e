#include "ledger/gap_ledger.hpp"

#include <catch2/catch.hpp>

#include "temp_folder.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::massive;

namespace {

/// A minute of one morning: at(0) is 09:30 in New York.
Timestamp at(int minute) {
    return *parse_timestamp("2026-11-20T14:30:00Z") + std::chrono::minutes{minute};
}

struct Opened {
    TempFolder folder;
    std::filesystem::path file = folder.path() / "state" / "gaps.sqlite";
    GapLedger ledger;
    Opened() { ledger.open(file); }
    void reopen() {
        ledger.close();
        ledger.open(file);
    }
    std::vector<Gap> begin(std::vector<std::string> symbols, int from,
                           Cause cause = Cause::disconnect, Channel channel = Channel::minute) {
        return ledger.begin(symbols, channel, at(from), cause, at(from + 1), "connection lost");
    }
    GapLedger::Ended end(std::vector<std::string> symbols, int to,
                         Channel channel = Channel::minute) {
        return ledger.end(symbols, channel, at(to), at(to + 1));
    }
    /// A hole with both ends.
    Gap hole(const std::string& symbol, int from, int to) {
        begin({symbol}, from);
        return end({symbol}, to).closed.at(0);
    }
    std::optional<Gap> add(const std::string& symbol, int from, int to) {
        Gap gap;
        gap.symbol = symbol;
        gap.from = at(from);
        gap.to = at(to);
        gap.cause = Cause::volume_jump;
        gap.detected = gap.changed = at(to);
        return ledger.add(gap);
    }
};

std::vector<std::string> symbols_of(const std::vector<Gap>& gaps) {
    std::vector<std::string> symbols;
    for (const Gap& gap : gaps) {
        symbols.push_back(gap.symbol);
    }
    return symbols;
}

}  // namespace

TEST_CASE("A hole goes from dark to filled, and outlives the process") {
    Opened test;
    const std::vector<Gap> begun = test.begin({"AAPL", "BRK.B"}, 10);
    REQUIRE(begun.size() == 2);
    CHECK(begun[0].symbol == "AAPL");
    CHECK(begun[0].from == at(10));
    CHECK(begun[0].filled_to == at(10));
    CHECK_FALSE(begun[0].to);
    CHECK(begun[0].state == GapState::open);
    CHECK(begun[0].cause == Cause::disconnect);
    CHECK(begun[0].detected == at(11));
    CHECK(begun[0].detail == "connection lost");
    test.reopen();
    CHECK(test.ledger.unsettled() == begun);

    const GapLedger::Ended ended = test.end({"AAPL", "MSFT"}, 13);
    REQUIRE(symbols_of(ended.closed) == std::vector<std::string>{"AAPL"});
    CHECK(ended.removed.empty());
    CHECK(ended.closed[0].to == at(13));
    CHECK(ended.closed[0].id == begun[0].id);

    const Gap filling = test.ledger.progress(begun[0].id, at(12), 2, at(20));
    CHECK(filling.state == GapState::filling);
    CHECK(filling.filled_to == at(12));
    CHECK(filling.rows == 2);
    test.reopen();
    CHECK(test.ledger.progress(begun[0].id, at(13), 1, at(21)).rows == 3);
    const Gap filled = test.ledger.settle(begun[0].id, GapState::filled, "", at(21));
    CHECK(filled.state == GapState::filled);
    CHECK(filled.filled_to == at(13));
    CHECK(filled.changed == at(21));
    CHECK(filled.detail == "connection lost");
    test.reopen();
    CHECK(symbols_of(test.ledger.unsettled()) == std::vector<std::string>{"BRK.B"});
    CHECK(test.ledger.list().size() == 2);
}

TEST_CASE("A ticker that is dark already is listed once") {
    Opened test;
    const Gap first = test.begin({"AAPL"}, 10).at(0);
    CHECK(symbols_of(test.begin({"AAPL", "MSFT"}, 12, Cause::restart)) ==
          std::vector<std::string>{"MSFT"});
    CHECK(test.ledger.list().size() == 2);

    SECTION("and its hole grows when it began earlier than was known") {
        test.ledger.progress(first.id, at(11), 1, at(13));
        const std::vector<Gap> grown = test.begin({"AAPL"}, 8, Cause::restart);
        REQUIRE(grown.size() == 1);
        CHECK(grown[0].id == first.id);
        CHECK(grown[0].from == at(8));
        CHECK(grown[0].filled_to == at(8));
        CHECK(grown[0].state == GapState::open);
        CHECK(grown[0].rows == 0);
        CHECK(grown[0].cause == Cause::disconnect);
        CHECK(test.ledger.list().size() == 2);
    }
    SECTION("but once in each channel") {
        CHECK(test.begin({"AAPL"}, 10, Cause::disconnect, Channel::trades).size() == 1);
        CHECK(test.end({"AAPL"}, 15, Channel::trades).closed.size() == 1);
        CHECK(test.ledger.unsettled().size() == 3);
    }
    SECTION("and again when it goes dark anew") {
        test.end({"AAPL"}, 14);
        const std::vector<Gap> again = test.begin({"AAPL"}, 16);
        REQUIRE(again.size() == 1);
        CHECK(again[0].id != first.id);
    }
}

TEST_CASE("What was no hole is removed, and its id is not given again") {
    Opened test;
    const Gap gap = test.begin({"AAPL"}, 10).at(0);
    const GapLedger::Ended ended = test.end({"AAPL"}, 10);
    CHECK(ended.closed.empty());
    CHECK(ended.removed == std::vector<std::int64_t>{gap.id});
    CHECK(test.ledger.list().empty());
    test.reopen();
    CHECK(test.begin({"AAPL"}, 10).at(0).id > gap.id);
    CHECK_THROWS_WITH(test.ledger.progress(gap.id, at(12), 1, at(12)),
                      Catch::Contains("lists no gap " + std::to_string(gap.id)));
}

TEST_CASE("A hole that is found later is added unless listed rows cover it") {
    Opened test;
    const Gap first = test.hole("AAPL", 10, 13);
    test.hole("AAPL", 13, 15);
    test.ledger.settle(first.id, GapState::filled, "", at(20));
    CHECK_FALSE(test.add("AAPL", 10, 13));
    CHECK_FALSE(test.add("AAPL", 11, 14));
    CHECK_FALSE(test.add("AAPL", 10, 15));

    const std::optional<Gap> later = test.add("AAPL", 14, 16);
    REQUIRE(later);
    CHECK(later->id > first.id);
    CHECK(later->cause == Cause::volume_jump);
    CHECK(later->state == GapState::open);
    CHECK(later->filled_to == at(14));
    CHECK(test.add("AAPL", 9, 11));
    CHECK(test.add("MSFT", 10, 13));

    test.begin({"MSFT"}, 20);
    CHECK_FALSE(test.add("MSFT", 25, 30));
    CHECK(test.add("MSFT", 19, 30));
    CHECK_THROWS_AS(test.add("MSFT", 30, 30), std::logic_error);
}

TEST_CASE("Progress stays inside of the hole and is not taken back") {
    Opened test;
    const Gap gap = test.hole("AAPL", 10, 13);
    CHECK(test.ledger.progress(gap.id, at(5), 0, at(20)).filled_to == at(10));
    CHECK(test.ledger.progress(gap.id, at(12), 2, at(20)).filled_to == at(12));
    CHECK(test.ledger.progress(gap.id, at(11), 0, at(20)).filled_to == at(12));
    CHECK(test.ledger.progress(gap.id, at(30), 1, at(20)).filled_to == at(13));
    test.ledger.settle(gap.id, GapState::filled, "", at(21));
    CHECK(test.ledger.progress(gap.id, at(13), 0, at(22)).state == GapState::filled);

    SECTION("also when the hole is fetched while the ticker is still dark") {
        const Gap dark = test.begin({"MSFT"}, 10).at(0);
        test.ledger.progress(dark.id, at(15), 5, at(16));
        CHECK_THROWS_AS(test.ledger.settle(dark.id, GapState::filled, "", at(16)), Error);
        const Gap closed = test.end({"MSFT"}, 14).closed.at(0);
        CHECK(closed.state == GapState::filling);
        CHECK(closed.filled_to == at(14));
    }
}

TEST_CASE("What cannot be had is permanent and says why") {
    Opened test;
    const Gap gap = test.hole("AAPL", 10, 13);
    const Gap settled = test.ledger.settle(gap.id, GapState::permanent, "no such ticker", at(20));
    CHECK(settled.state == GapState::permanent);
    CHECK(settled.detail == "no such ticker");
    CHECK(settled.filled_to == at(10));
    CHECK(test.ledger.unsettled().empty());
}

TEST_CASE("Rows fetched after the checkpoint are fetched again") {
    Opened test;
    const Gap before = test.hole("AAPL", 10, 13);
    const Gap half = test.hole("AMZN", 10, 14);
    const Gap after = test.hole("META", 10, 13);
    const Gap lost = test.hole("NVDA", 10, 13);
    const Gap given_up = test.hole("TSLA", 10, 13);
    test.ledger.settle(before.id, GapState::filled, "", at(20));
    test.ledger.settle(lost.id, GapState::permanent, "gone", at(20));
    test.ledger.progress(half.id, at(11), 1, at(20));
    const std::uint64_t checkpoint = test.ledger.version();
    test.ledger.progress(half.id, at(12), 1, at(21));
    test.ledger.progress(after.id, at(13), 3, at(21));
    test.ledger.settle(after.id, GapState::filled, "", at(21));
    test.ledger.progress(given_up.id, at(12), 2, at(21));
    test.ledger.settle(given_up.id, GapState::permanent, "gone", at(21));
    const Gap dark = test.begin({"MSFT"}, 22).at(0);
    const std::uint64_t last = test.ledger.version();
    CHECK(last > checkpoint);

    test.reopen();
    CHECK(test.ledger.version() == last);
    test.ledger.restore(checkpoint);
    const std::vector<Gap> rows = test.ledger.list();
    REQUIRE(rows.size() == 6);
    const auto row = [&](const Gap& gap) {
        return *std::find_if(rows.begin(), rows.end(),
                             [&](const Gap& g) { return g.id == gap.id; });
    };
    CHECK(row(before).state == GapState::filled);
    CHECK(row(lost).state == GapState::permanent);
    CHECK(row(dark) == dark);
    for (const Gap& gap : {half, after, given_up}) {
        CHECK(row(gap).state == GapState::open);
        CHECK(row(gap).filled_to == at(10));
        CHECK(row(gap).rows == 0);
        CHECK(row(gap).to == gap.to);
    }
    CHECK(test.ledger.version() > last);

    SECTION("and a second restart from the same checkpoint finds nothing more to do") {
        test.ledger.restore(checkpoint);
        CHECK(test.ledger.list() == rows);
    }
    SECTION("but a restart from the latest one keeps all") {
        test.ledger.progress(half.id, at(12), 2, at(30));
        test.ledger.restore(test.ledger.version());
        CHECK(test.ledger.progress(half.id, at(12), 0, at(30)).filled_to == at(12));
    }
}

TEST_CASE("A ledger that fell behind its checkpoint does not use numbers twice") {
    Opened test;
    const Gap gap = test.hole("AAPL", 10, 13);
    const std::uint64_t checkpoint = test.ledger.version() + 100;  // a power cut took the rest
    test.ledger.restore(checkpoint);
    test.ledger.settle(gap.id, GapState::filled, "", at(20));
    test.ledger.restore(checkpoint);
    CHECK(test.ledger.unsettled().size() == 1);
}

TEST_CASE("The version grows with each change and only then") {
    Opened test;
    std::uint64_t version = test.ledger.version();
    const auto grows = [&] { return std::exchange(version, test.ledger.version()) < version; };
    const Gap gap = test.begin({"AAPL", "MSFT"}, 10).at(0);
    CHECK(grows());
    test.begin({"AAPL"}, 11);
    CHECK_FALSE(grows());
    test.end({"NVDA"}, 12);
    CHECK_FALSE(grows());
    test.end({"AAPL"}, 12);
    CHECK(grows());
    test.add("AAPL", 10, 12);
    CHECK_FALSE(grows());
    test.ledger.progress(gap.id, at(11), 1, at(12));
    CHECK(grows());
    test.ledger.settle(gap.id, GapState::filled, "", at(12));
    CHECK(grows());
    CHECK(test.ledger.forget(at(12)) == 0);
    CHECK_FALSE(grows());
    CHECK(test.ledger.forget(at(13)) == 1);
    CHECK(grows());
    CHECK(symbols_of(test.ledger.list()) == std::vector<std::string>{"MSFT"});
}

TEST_CASE("A list can be narrowed by state, ticker and time") {
    Opened test;
    const Gap early = test.hole("AAPL", 10, 13);
    test.ledger.settle(early.id, GapState::filled, "", at(20));
    test.hole("MSFT", 20, 25);
    test.begin({"AAPL"}, 5);
    const auto narrowed = [&](GapFilter filter) { return symbols_of(test.ledger.list(filter)); };
    using Symbols = std::vector<std::string>;
    CHECK(narrowed({}) == Symbols{"AAPL", "AAPL", "MSFT"});
    CHECK(narrowed({{GapState::filled}, "", {}}) == Symbols{"AAPL"});
    CHECK(narrowed({{GapState::filled, GapState::open}, "MSFT", {}}) == Symbols{"MSFT"});
    CHECK(narrowed({{GapState::permanent}, "", {}}).empty());
    CHECK(narrowed({{}, "", at(13)}) == Symbols{"AAPL", "MSFT"});
    CHECK(narrowed({{}, "", at(12)}).size() == 3);
    CHECK(narrowed({{}, "AAP' OR 1=1 --", {}}).empty());
}
