#include "routing/assignment.hpp"

#include <catch2/catch.hpp>

using namespace tsflow::massive;

namespace {

using Tickers = std::vector<std::string>;

RoutedConnection connection(std::string name, Tickers tickers, std::size_t max_symbols = 0) {
    return {std::move(name), max_symbols, true, std::move(tickers)};
}

/// The tickers of each connection, in alphabetical order.
std::vector<Tickers> lists(const Assignment& assignment, std::size_t connections) {
    std::vector<Tickers> result(connections);
    for (const auto& [ticker, index] : assignment.at) {
        result.at(index).push_back(ticker);
    }
    return result;
}

using Lists = std::vector<Tickers>;

}  // namespace

TEST_CASE("Manual routing leaves each connection its own tickers, each ticker once") {
    RoutingInput input{Routing::manual,
                       {connection("a", {"AAPL", "MSFT", "AAPL"}),
                        connection("b", {"MSFT", "NVDA"}), connection("c", {})},
                       {}};
    const Assignment assignment = assign(input, {});
    CHECK(lists(assignment, 3) == Lists{{"AAPL", "MSFT"}, {"NVDA"}, {}});
    CHECK(assignment.unplaced.empty());
    CHECK(assignment.connection_of("NVDA") == 1);
    CHECK_FALSE(assignment.connection_of("IBM"));

    SECTION("a dead one's go to the first that lives, and back") {
        input.connections[0].up = false;
        const Assignment failed = assign(input, assignment);
        CHECK(lists(failed, 3) == Lists{{}, {"AAPL", "MSFT", "NVDA"}, {}});
        input.connections[0].up = true;
        CHECK(assign(input, failed) == assignment);
    }
    SECTION("as far as there is room, and what has none is named") {
        input.connections[1].max_symbols = 2;
        input.connections[2].max_symbols = 1;
        input.connections[0].tickers.push_back("TSLA");
        const Assignment before = assign(input, assignment);
        input.connections[0].up = false;
        const Assignment failed = assign(input, before);
        CHECK(lists(failed, 3) == Lists{{}, {"AAPL", "NVDA"}, {"MSFT"}});
        CHECK(failed.unplaced == Tickers{"TSLA"});
        input.connections[0].up = true;
        CHECK(assign(input, failed) == before);
    }
    SECTION("when all are dead none is delivered") {
        for (RoutedConnection& dead : input.connections) {
            dead.up = false;
        }
        const Assignment failed = assign(input, assignment);
        CHECK(failed.at.empty());
        CHECK(failed.unplaced == Tickers{"AAPL", "MSFT", "NVDA"});
    }
}

TEST_CASE("What a manual connection has no room for goes to others") {
    const RoutingInput input{
        Routing::manual, {connection("a", {"A", "B", "C"}, 2), connection("b", {"D"}, 2)}, {"E"}};
    const Assignment assignment = assign(input, {});
    CHECK(lists(assignment, 2) == Lists{{"A", "B"}, {"C", "D"}});
    CHECK(assignment.unplaced == Tickers{"E"});
}

TEST_CASE("Displaced tickers stay where they are when another connection gets room") {
    RoutingInput input{
        Routing::manual,
        {connection("a", {"A"}, 1), connection("b", {"B", "C"}, 3), connection("c", {"D"})},
        {}};
    const Assignment assignment = assign(input, {});
    input.connections[2].up = false;
    const Assignment failed = assign(input, assignment);
    CHECK(failed.connection_of("D") == 1);
    input.connections[0].tickers.clear();
    CHECK(assign(input, failed).connection_of("D") == 1);
}

TEST_CASE("Balanced routing spreads evenly and moves little") {
    RoutingInput input{Routing::balanced,
                       {connection("a", {"A", "B", "C", "D", "E", "F", "G"}), connection("b", {}),
                        connection("c", {})},
                       {}};
    const Assignment assignment = assign(input, {});
    CHECK(lists(assignment, 3) == Lists{{"A", "D", "G"}, {"B", "E"}, {"C", "F"}});

    SECTION("when one dies only its tickers move, and they come back") {
        input.connections[0].up = false;
        const Assignment failed = assign(input, assignment);
        CHECK(moves(assignment, failed).size() == 3);
        const Lists loads = lists(failed, 3);
        CHECK(loads[0].empty());
        CHECK(loads[1].size() + loads[2].size() == 7);
        CHECK(std::max(loads[1].size(), loads[2].size()) == 4);
        input.connections[0].up = true;
        CHECK(assign(input, failed) == assignment);
    }
    SECTION("when tickers leave, the gap is closed with one move") {
        input.connections[0].tickers = {"A", "C", "D", "F", "G"};  // b has none left
        const Assignment after = assign(input, assignment);
        CHECK(lists(after, 3) == Lists{{"A", "D"}, {"G"}, {"C", "F"}});
        CHECK(moves(assignment, after) ==
              std::vector<Move>{{"B", 1, std::nullopt}, {"E", 1, std::nullopt}, {"G", 0, 1}});
    }
    SECTION("a small connection takes what it can, the others the rest evenly") {
        input.connections[1].max_symbols = 1;
        CHECK(lists(assign(input, {}), 3) == Lists{{"A", "D", "F"}, {"B"}, {"C", "E", "G"}});
    }
}

TEST_CASE("Priority routing fills the first connections first") {
    RoutingInput input{Routing::priority,
                       {connection("a", {}, 2), connection("b", {}, 3), connection("c", {}, 4)},
                       {"A", "B", "C", "D", "E", "F"}};
    const Assignment assignment = assign(input, {});
    CHECK(lists(assignment, 3) == Lists{{"A", "B"}, {"C", "D", "E"}, {"F"}});

    SECTION("a dead one's go to the next with room, and back") {
        input.connections[0].up = false;
        const Assignment failed = assign(input, assignment);
        CHECK(lists(failed, 3) == Lists{{}, {"C", "D", "E"}, {"A", "B", "F"}});
        input.connections[0].up = true;
        CHECK(assign(input, failed) == assignment);
    }
    SECTION("room in an early one is filled from the last") {
        input.tickers = {"B", "C", "D", "E", "F"};
        CHECK(moves(assignment, assign(input, assignment)) ==
              std::vector<Move>{{"A", 0, std::nullopt}, {"F", 2, 0}});
    }
    SECTION("what is too much is named") {
        input.tickers = {"A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K"};
        CHECK(assign(input, assignment).unplaced == Tickers{"J", "K"});
    }
}

TEST_CASE("Moves are told to those who give and those who take") {
    Assignment before;
    before.at = {{"A", 0}, {"B", 0}, {"C", 1}, {"D", 2}};
    Assignment after;
    after.at = {{"A", 0}, {"B", 1}, {"D", 1}, {"E", 2}};
    const std::vector<Move> all = moves(before, after);
    CHECK(all == std::vector<Move>{
                     {"B", 0, 1}, {"C", 1, std::nullopt}, {"D", 2, 1}, {"E", std::nullopt, 2}});
    const std::vector<ConnectionMoves> each = by_connection(all, 3);
    CHECK(each[0].gained.empty());
    CHECK(each[0].lost == std::vector<Move>{{"B", 0, 1}});
    CHECK(each[1].gained == std::vector<Move>{{"B", 0, 1}, {"D", 2, 1}});
    CHECK(each[1].lost == std::vector<Move>{{"C", 1, std::nullopt}});
    CHECK(each[2].gained == std::vector<Move>{{"E", std::nullopt, 2}});
    CHECK(each[2].lost == std::vector<Move>{{"D", 2, 1}});
    CHECK(moves(after, after).empty());
}

TEST_CASE("Without connections all tickers are unplaced") {
    CHECK(assign({Routing::balanced, {}, {"A", "B"}}, {}).unplaced == Tickers{"A", "B"});
    Assignment previous;
    previous.at = previous.home = {{"A", 5}};  // of a configuration with more connections
    CHECK(assign({Routing::balanced, {connection("a", {})}, {"A"}}, previous).connection_of("A") ==
          0);
}
