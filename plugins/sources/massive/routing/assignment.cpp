#include "routing/assignment.hpp"

#include <unordered_map>

#include "seats.hpp"

namespace tsflow::massive {
namespace {

/// All tickers once, in the order wanted, with the connection that names them first.
struct Wanted {
    std::vector<std::string> tickers;
    std::vector<std::size_t> owner;  ///< `nowhere`: none names it

    explicit Wanted(const RoutingInput& input) {
        for (std::size_t i = 0; i < input.connections.size(); ++i) {
            add(input.connections[i].tickers, i);
        }
        add(input.tickers, nowhere);
    }

    /// What `map` says of each ticker, as far as there are such connections.
    template <class Map>
    std::vector<std::size_t> in(const Map& map, std::size_t connections) const {
        std::vector<std::size_t> result;
        for (const std::string& ticker : tickers) {
            const auto found = map.find(ticker);
            result.push_back(found != map.end() && found->second < connections ? found->second
                                                                               : nowhere);
        }
        return result;
    }

private:
    void add(const std::vector<std::string>& list, std::size_t connection) {
        for (const std::string& ticker : list) {
            if (seen_.emplace(ticker, tickers.size()).second) {
                tickers.push_back(ticker);
                owner.push_back(connection);
            }
        }
    }
    std::unordered_map<std::string, std::size_t> seen_;
};

/// Seats each ticker that has one of `homes` there while there is room; returns the others. Those go
/// first that are there by `was`.
std::vector<std::size_t> send_home(Seats& seats, const std::vector<std::size_t>& homes,
                                   const std::vector<std::size_t>& was) {
    for (const bool stays : {true, false}) {
        for (std::size_t ticker = 0; ticker < homes.size(); ++ticker) {
            if (homes[ticker] != nowhere && (was[ticker] == homes[ticker]) == stays &&
                seats.room(homes[ticker])) {
                seats.fix(ticker, homes[ticker]);
            }
        }
    }
    std::vector<std::size_t> others;
    for (std::size_t ticker = 0; ticker < homes.size(); ++ticker) {
        if (seats.result()[ticker] == nowhere) {
            others.push_back(ticker);
        }
    }
    return others;
}

/// Who delivers each ticker while all connections are up.
std::vector<std::size_t> homes(const RoutingInput& input, const Wanted& wanted,
                               const std::vector<std::size_t>& was_home,
                               const std::vector<std::size_t>& was_at) {
    const std::size_t tickers = wanted.tickers.size();
    Seats seats(input.connections, std::vector<bool>(input.connections.size(), true), tickers);
    const bool by_owner = input.routing == Routing::manual;
    seats.place(send_home(seats, by_owner ? wanted.owner : std::vector(tickers, nowhere), was_home),
                was_home, input.routing);
    seats.rearrange(input.routing, was_at);
    return seats.result();
}

/// Who delivers each ticker now.
std::vector<std::size_t> places(const RoutingInput& input, const std::vector<std::size_t>& home,
                                const std::vector<std::size_t>& was_at) {
    std::vector<bool> up;
    for (const RoutedConnection& connection : input.connections) {
        up.push_back(connection.up);
    }
    Seats seats(input.connections, up, home.size());
    seats.place(send_home(seats, home, was_at), was_at, input.routing);
    seats.rearrange(input.routing, was_at);
    return seats.result();
}

}  // namespace

std::optional<std::size_t> Assignment::connection_of(std::string_view ticker) const {
    const auto found = at.find(ticker);
    return found == at.end() ? std::nullopt : std::optional(found->second);
}

Assignment assign(const RoutingInput& input, const Assignment& previous) {
    const std::size_t connections = input.connections.size();
    const Wanted wanted(input);
    const std::vector<std::size_t> was_at = wanted.in(previous.at, connections);
    const std::vector<std::size_t> home =
        homes(input, wanted, wanted.in(previous.home, connections), was_at);
    const std::vector<std::size_t> at = places(input, home, was_at);

    Assignment result;
    for (std::size_t i = 0; i < wanted.tickers.size(); ++i) {
        const std::string& ticker = wanted.tickers[i];
        if (home[i] != nowhere) {
            result.home.emplace(ticker, home[i]);
        }
        if (at[i] != nowhere) {
            result.at.emplace(ticker, at[i]);
        } else {
            result.unplaced.push_back(ticker);
        }
    }
    return result;
}

std::vector<Move> moves(const Assignment& before, const Assignment& after) {
    std::vector<Move> result;
    auto old = before.at.begin();
    auto now = after.at.begin();
    while (old != before.at.end() || now != after.at.end()) {
        if (now == after.at.end() || (old != before.at.end() && old->first < now->first)) {
            result.push_back({old->first, old->second, std::nullopt});
            ++old;
        } else if (old == before.at.end() || now->first < old->first) {
            result.push_back({now->first, std::nullopt, now->second});
            ++now;
        } else {
            if (old->second != now->second) {
                result.push_back({now->first, old->second, now->second});
            }
            ++old;
            ++now;
        }
    }
    return result;
}

std::vector<ConnectionMoves> by_connection(const std::vector<Move>& moves,
                                           std::size_t connections) {
    std::vector<ConnectionMoves> result(connections);
    for (const Move& move : moves) {
        if (move.from && *move.from < connections) {
            result[*move.from].lost.push_back(move);
        }
        if (move.to && *move.to < connections) {
            result[*move.to].gained.push_back(move);
        }
    }
    return result;
}

}  // namespace tsflow::massive
