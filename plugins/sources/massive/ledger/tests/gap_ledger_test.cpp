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
    Gap progress(std::int64_t id, Timestamp filled_to, std::int64_t rows, Timestamp now) {
        return ledger.progress(std::vector{GapLedger::Progress{id, filled_to, rows}}, now).at(0);
    }
    Gap settle(std::int64_t id, GapState state, std::string_view detail, Timestamp now) {
        return ledger.settle(std::vector{id}, state, detail, now).at(0);
    }
    std::vector<Gap> add(const std::string& symbol, int from, int to) {
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

using Ranges = std::vector<std::pair<Timestamp, Timestamp>>;

Ranges ranges(const std::vector<Gap>& gaps) {
    Ranges all;
    for (const Gap& gap : gaps) {
        all.emplace_back(gap.from, gap.to.value());
    }
    return all;
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

    const Gap filling = test.progress(begun[0].id, at(12), 2, at(20));
    CHECK(filling.state == GapState::filling);
    CHECK(filling.filled_to == at(12));
    CHECK(filling.rows == 2);
    test.reopen();
    CHECK(test.progress(begun[0].id, at(13), 1, at(21)).rows == 3);
    const Gap filled = test.settle(begun[0].id, GapState::filled, "", at(21));
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
        test.progress(first.id, at(11), 1, at(13));
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
    CHECK_THROWS_WITH(test.progress(gap.id, at(12), 1, at(12)),
                      Catch::Contains("lists no gap " + std::to_string(gap.id)));
}

TEST_CASE("A hole that is found later is added unless listed rows cover it") {
    Opened test;
    const Gap first = test.hole("AAPL", 10, 13);
    test.hole("AAPL", 13, 15);
    test.settle(first.id, GapState::filled, "", at(20));
    CHECK(test.add("AAPL", 10, 13).empty());
    CHECK(test.add("AAPL", 11, 14).empty());
    CHECK(test.add("AAPL", 10, 15).empty());

    const std::vector<Gap> later = test.add("AAPL", 14, 16);
    REQUIRE(ranges(later) == Ranges{{at(15), at(16)}});
    CHECK(later[0].id > first.id);
    CHECK(later[0].cause == Cause::volume_jump);
    CHECK(later[0].state == GapState::open);
    CHECK(later[0].filled_to == at(15));
    CHECK(ranges(test.add("AAPL", 9, 11)) == Ranges{{at(9), at(10)}});
    CHECK(test.add("MSFT", 10, 13).size() == 1);

    test.begin({"MSFT"}, 20);
    CHECK(test.add("MSFT", 25, 30).empty());
    CHECK(ranges(test.add("MSFT", 19, 30)) == Ranges{{at(19), at(20)}});
    CHECK_THROWS_AS(test.add("MSFT", 30, 30), std::logic_error);
}

TEST_CASE("Each missing minute is listed once") {
    Opened test;
    test.hole("AAPL", 10, 12);
    SECTION("when a volume jump reaches over a hole that ended too early") {
        CHECK(ranges(test.add("AAPL", 10, 15)) == Ranges{{at(12), at(15)}});
        CHECK(test.add("AAPL", 10, 15).empty());
    }
    SECTION("when a volume jump reaches over several") {
        test.hole("AAPL", 13, 14);
        CHECK(ranges(test.add("AAPL", 8, 16)) ==
              Ranges{{at(8), at(10)}, {at(12), at(13)}, {at(14), at(16)}});
    }
    SECTION("when the ticker goes dark before the end of the last hole") {
        test.add("AAPL", 12, 13);
        const Gap dark = test.begin({"AAPL"}, 10).at(0);
        CHECK(dark.from == at(13));
        CHECK(test.begin({"AAPL"}, 11).empty());
        CHECK(ranges(test.end({"AAPL"}, 14).closed) == Ranges{{at(13), at(14)}});
    }
    SECTION("when the ticker is covered again within the last hole") {
        const Gap dark = test.begin({"AAPL"}, 10).at(0);
        CHECK(test.end({"AAPL"}, 11).removed == std::vector<std::int64_t>{dark.id});
    }
    SECTION("when the ticker goes dark before other holes") {
        test.hole("AAPL", 14, 15);
        const Gap dark = test.begin({"AAPL"}, 9).at(0);
        CHECK(dark.from == at(9));
        const std::vector<Gap> closed = test.end({"AAPL"}, 16).closed;
        CHECK(ranges(closed) == Ranges{{at(9), at(10)}, {at(12), at(14)}, {at(15), at(16)}});
        CHECK(closed[0].id == dark.id);
        CHECK(closed[1].cause == Cause::disconnect);
        CHECK(closed[1].state == GapState::open);
    }
    SECTION("when a volume jump covered what was dark meanwhile") {
        const Gap dark = test.begin({"AAPL"}, 14).at(0);
        test.add("AAPL", 12, 16);  // the part that is not dark
        test.begin({"AAPL"}, 12);
        CHECK(ranges(test.end({"AAPL"}, 16).closed) == Ranges{{at(14), at(16)}});
        CHECK(test.ledger.list().size() == 3);
        CHECK(test.ledger.list().back().id == dark.id);
    }
    std::vector<Gap> rows = test.ledger.list();
    for (std::size_t i = 1; i < rows.size(); ++i) {
        CHECK(rows[i - 1].to.value() <= rows[i].from);
    }
}

TEST_CASE("What is listed of one ticker and channel says nothing of others") {
    Opened test;
    test.hole("AAPL", 10, 12);
    CHECK(test.begin({"MSFT"}, 10).at(0).from == at(10));
    CHECK(test.begin({"AAPL"}, 10, Cause::disconnect, Channel::trades).at(0).from == at(10));
}

TEST_CASE("The repair of many holes is one change") {
    Opened test;
    const Gap first = test.hole("AAPL", 10, 13);
    const Gap second = test.hole("MSFT", 10, 14);
    const std::uint64_t version = test.ledger.version();
    const std::vector<Gap> rows = test.ledger.progress(
        std::vector<GapLedger::Progress>{{second.id, at(12), 2}, {first.id, at(13), 3}}, at(20));
    CHECK(test.ledger.version() == version + 1);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].state == GapState::filling);
    CHECK(rows[0].filled_to == at(12));
    CHECK(rows[1].state == GapState::filled);
    CHECK(rows[1].rows == 3);

    // One that is not listed undoes the others.
    CHECK_THROWS_AS(
        test.ledger.progress(
            std::vector<GapLedger::Progress>{{second.id, at(14), 1}, {999, at(14), 1}}, at(21)),
        Error);
    CHECK(test.ledger.unsettled() == std::vector<Gap>{rows[0]});
    CHECK(test.ledger.version() == version + 1);
}

TEST_CASE("Progress stays inside of the hole and is not taken back") {
    Opened test;
    const Gap gap = test.hole("AAPL", 10, 13);
    CHECK(test.progress(gap.id, at(5), 0, at(20)).filled_to == at(10));
    CHECK(test.progress(gap.id, at(12), 2, at(20)).filled_to == at(12));
    CHECK(test.progress(gap.id, at(11), 0, at(20)).filled_to == at(12));
    CHECK(test.progress(gap.id, at(30), 1, at(20)).filled_to == at(13));
    test.settle(gap.id, GapState::filled, "", at(21));
    CHECK(test.progress(gap.id, at(13), 0, at(22)).state == GapState::filled);

    SECTION("also when the hole is fetched while the ticker is still dark") {
        const Gap dark = test.begin({"MSFT"}, 10).at(0);
        test.progress(dark.id, at(15), 5, at(16));
        CHECK_THROWS_AS(test.settle(dark.id, GapState::filled, "", at(16)), Error);
        const Gap closed = test.end({"MSFT"}, 14).closed.at(0);
        CHECK(closed.state == GapState::filling);
        CHECK(closed.filled_to == at(14));
    }
}

TEST_CASE("What cannot be had is permanent and says why") {
    Opened test;
    const Gap gap = test.hole("AAPL", 10, 13);
    const Gap settled = test.settle(gap.id, GapState::permanent, "no such ticker", at(20));
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
    test.settle(before.id, GapState::filled, "", at(20));
    test.settle(lost.id, GapState::permanent, "gone", at(20));
    test.progress(half.id, at(11), 1, at(20));
    const std::uint64_t checkpoint = test.ledger.version();
    test.progress(half.id, at(12), 1, at(21));
    test.progress(after.id, at(13), 3, at(21));
    test.settle(after.id, GapState::filled, "", at(21));
    test.progress(given_up.id, at(12), 2, at(21));
    test.settle(given_up.id, GapState::permanent, "gone", at(21));
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
        test.progress(half.id, at(12), 2, at(30));
        test.ledger.restore(test.ledger.version());
        CHECK(test.progress(half.id, at(12), 0, at(30)).filled_to == at(12));
    }
}

TEST_CASE("A ledger that fell behind its checkpoint does not use numbers twice") {
    Opened test;
    const Gap gap = test.hole("AAPL", 10, 13);
    const std::uint64_t checkpoint = test.ledger.version() + 100;  // a power cut took the rest
    test.ledger.restore(checkpoint);
    test.settle(gap.id, GapState::filled, "", at(20));
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
    test.progress(gap.id, at(11), 1, at(12));
    CHECK(grows());
    test.settle(gap.id, GapState::filled, "", at(12));
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
    test.settle(early.id, GapState::filled, "", at(20));
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
