// Random histories of connections that die and return and of tickers that come and go, from fixed seeds.
#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>
#include <random>
#include <set>

#include "routing/assignment.hpp"

using namespace tsflow::massive;

namespace {

using Random = std::mt19937;

std::size_t below(Random& random, std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random);
}

RoutingInput random_input(Random& random, Routing routing) {
    RoutingInput input;
    input.routing = routing;
    const std::size_t connections = 1 + below(random, 5);
    const bool limited = below(random, 2) == 0;
    for (std::size_t i = 0; i < connections; ++i) {
        input.connections.push_back(
            {"c" + std::to_string(i), limited ? below(random, 30) : 0, true, {}});
    }
    const std::size_t tickers = below(random, 80);
    for (std::size_t i = 0; i < tickers; ++i) {
        const std::string ticker = "T" + std::to_string(below(random, 100));
        const std::size_t owner = below(random, connections + 1);
        (owner == connections ? input.tickers : input.connections[owner].tickers).push_back(ticker);
    }
    return input;
}

std::set<std::string> wanted(const RoutingInput& input) {
    std::set<std::string> all(input.tickers.begin(), input.tickers.end());
    for (const RoutedConnection& connection : input.connections) {
        all.insert(connection.tickers.begin(), connection.tickers.end());
    }
    return all;
}

std::vector<std::size_t> loads(const Assignment& assignment, std::size_t connections) {
    std::vector<std::size_t> result(connections, 0);
    for (const auto& [ticker, index] : assignment.at) {
        ++result.at(index);
    }
    return result;
}

bool room(const RoutedConnection& connection, std::size_t load) {
    return connection.up && (connection.max_symbols == 0 || load < connection.max_symbols);
}

/// What holds for every assignment, whatever came before.
void check_promises(const RoutingInput& input, const Assignment& result) {
    std::set<std::string> told(result.unplaced.begin(), result.unplaced.end());
    REQUIRE(told.size() == result.unplaced.size());
    for (const auto& [ticker, index] : result.at) {
        REQUIRE(told.insert(ticker).second);
        REQUIRE(input.connections.at(index).up);
    }
    REQUIRE(told == wanted(input));
    const std::vector<std::size_t> load = loads(result, input.connections.size());
    for (std::size_t i = 0; i < load.size(); ++i) {
        const RoutedConnection& connection = input.connections[i];
        REQUIRE((connection.max_symbols == 0 || load[i] <= connection.max_symbols));
        REQUIRE((result.unplaced.empty() || !room(connection, load[i])));
        for (std::size_t other = 0; other < load.size(); ++other) {
            if (input.routing == Routing::balanced && room(connection, load[i])) {
                REQUIRE(load[other] <= load[i] + 1);
            }
            if (input.routing == Routing::priority && room(connection, load[i]) && other > i) {
                const bool only_homes =
                    std::all_of(result.at.begin(), result.at.end(), [&](const auto& place) {
                        return place.second != other || result.home.at(place.first) == other;
                    });
                REQUIRE((load[other] == 0 || only_homes));
            }
        }
    }
}

/// How many tickers wanted before and after change their connection.
std::size_t changes(const Assignment& before, const Assignment& after) {
    const std::vector<Move> all = moves(before, after);
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [](const Move& move) { return move.from && move.to; }));
}

/// Those that cannot stay if the loads are to become those of `after`.
std::size_t fewest_changes(const RoutingInput& input, const Assignment& before,
                           const Assignment& after) {
    const std::set<std::string> still = wanted(input);
    std::vector<std::size_t> kept(input.connections.size(), 0);
    for (const auto& [ticker, index] : before.at) {
        kept[index] += still.count(ticker);
    }
    const std::vector<std::size_t> now = loads(after, input.connections.size());
    std::size_t sum = 0;
    for (std::size_t i = 0; i < kept.size(); ++i) {
        sum += kept[i] > now[i] ? kept[i] - now[i] : 0;
    }
    return sum;
}

void change_tickers(Random& random, RoutingInput& input) {
    for (std::size_t i = below(random, 10); i > 0; --i) {
        const std::size_t owner = below(random, input.connections.size() + 1);
        std::vector<std::string>& list =
            owner == input.connections.size() ? input.tickers : input.connections[owner].tickers;
        if (list.empty() || below(random, 2) == 0) {
            list.push_back("T" + std::to_string(below(random, 120)));
        } else {
            list.erase(list.begin() + static_cast<std::ptrdiff_t>(below(random, list.size())));
        }
    }
}

constexpr unsigned seeds = 100;

}  // namespace

TEST_CASE("Every ticker is placed once or reported, within all limits") {
    for (const Routing routing : {Routing::manual, Routing::balanced, Routing::priority}) {
        for (unsigned seed = 0; seed < seeds; ++seed) {
            INFO("routing " << static_cast<int>(routing) << ", seed " << seed);
            Random random(seed);
            RoutingInput input = random_input(random, routing);
            Assignment assignment;
            for (int step = 0; step < 12; ++step) {
                assignment = assign(input, assignment);
                check_promises(input, assignment);
                REQUIRE(assign(input, assignment) == assignment);
                change_tickers(random, input);
                RoutedConnection& one = input.connections[below(random, input.connections.size())];
                one.up = !one.up || below(random, 2) == 0;
            }
        }
    }
}

TEST_CASE("A connection that dies moves only its own tickers, and all return with it") {
    for (const Routing routing : {Routing::manual, Routing::balanced, Routing::priority}) {
        for (unsigned seed = 0; seed < seeds; ++seed) {
            INFO("routing " << static_cast<int>(routing) << ", seed " << seed);
            Random random(seed);
            RoutingInput input = random_input(random, routing);
            const Assignment whole = assign(input, {});
            Assignment assignment = whole;
            for (int step = 0; step < 6; ++step) {
                const std::size_t chosen = below(random, input.connections.size());
                const bool was_up = std::exchange(input.connections[chosen].up, false);
                const Assignment failed = assign(input, assignment);
                for (const Move& move : moves(assignment, failed)) {
                    REQUIRE((was_up && move.from == chosen));
                }
                assignment = failed;
            }
            for (RoutedConnection& connection : input.connections) {
                connection.up = true;
            }
            REQUIRE(assign(input, assignment).at == whole.at);
        }
    }
}

TEST_CASE("When tickers come and go as few others as possible move") {
    for (const Routing routing : {Routing::balanced, Routing::priority}) {
        for (unsigned seed = 0; seed < seeds; ++seed) {
            INFO("routing " << static_cast<int>(routing) << ", seed " << seed);
            Random random(seed);
            RoutingInput input = random_input(random, routing);
            Assignment before = assign(input, {});
            for (int step = 0; step < 8; ++step) {
                change_tickers(random, input);
                const Assignment after = assign(input, before);
                REQUIRE(changes(before, after) == fewest_changes(input, before, after));
                before = after;
            }
        }
    }
}

TEST_CASE("A new connection takes its share and no more moves than that") {
    for (unsigned seed = 0; seed < seeds; ++seed) {
        INFO("seed " << seed);
        Random random(seed);
        RoutingInput input = random_input(random, Routing::balanced);
        const Assignment before = assign(input, {});
        input.connections.push_back({"new", 0, true, {}});
        const Assignment after = assign(input, before);
        check_promises(input, after);
        REQUIRE(changes(before, after) == fewest_changes(input, before, after));
        for (const Move& move : moves(before, after)) {
            REQUIRE(move.to == input.connections.size() - 1);
        }
    }
}
