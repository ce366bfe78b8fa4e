#include "seats.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

namespace tsflow::massive {

Seats::Seats(const std::vector<RoutedConnection>& connections, std::vector<bool> usable,
             std::size_t tickers)
    : load_(connections.size(), 0), placed_(connections.size()), at_(tickers, nowhere) {
    for (std::size_t i = 0; i < connections.size(); ++i) {
        const std::size_t limit = connections[i].max_symbols;
        limit_.push_back(!usable[i]   ? 0
                         : limit == 0 ? std::numeric_limits<std::size_t>::max()
                                      : limit);
    }
}

bool Seats::room(std::size_t connection) const {
    return load_[connection] < limit_[connection];
}

void Seats::fix(std::size_t ticker, std::size_t connection) {
    at_[ticker] = connection;
    ++load_[connection];
}

void Seats::seat(std::size_t ticker, std::size_t connection) {
    fix(ticker, connection);
    placed_[connection].push_back(ticker);
}

/// Where the next ticker goes.
std::optional<std::size_t> Seats::best(Routing routing) const {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < load_.size(); ++i) {
        if (room(i) && (!found || (routing == Routing::balanced && load_[i] < load_[*found]))) {
            found = i;
        }
    }
    return found;
}

void Seats::place(const std::vector<std::size_t>& tickers, const std::vector<std::size_t>& was,
                  Routing routing) {
    for (const std::size_t ticker : tickers) {
        if (was[ticker] != nowhere && room(was[ticker])) {
            seat(ticker, was[ticker]);
        }
    }
    for (const std::size_t ticker : tickers) {
        if (at_[ticker] == nowhere) {
            if (const auto connection = best(routing)) {
                seat(ticker, *connection);
            }
        }
    }
}

void Seats::move_one(std::size_t from, std::size_t to, const std::vector<std::size_t>& is_at) {
    std::vector<std::size_t>& list = placed_[from];
    auto chosen = std::find_if(list.begin(), list.end(),
                               [&](std::size_t ticker) { return is_at[ticker] == to; });
    if (chosen == list.end()) {
        chosen = std::prev(list.end());
    }
    const std::size_t ticker = *chosen;
    list.erase(chosen);
    --load_[from];
    seat(ticker, to);
}

void Seats::rearrange(Routing routing, const std::vector<std::size_t>& is_at) {
    if (routing == Routing::balanced) {
        level(is_at);
    } else if (routing == Routing::priority) {
        compact(is_at);
    }
}

/// From the fullest to the emptiest while that makes a difference. Nobody both gives and takes, so
/// these are the fewest moves.
void Seats::level(const std::vector<std::size_t>& is_at) {
    while (const auto to = best(Routing::balanced)) {
        std::optional<std::size_t> from;
        for (std::size_t i = 0; i < load_.size(); ++i) {
            if (!placed_[i].empty() && (!from || load_[i] > load_[*from])) {
                from = i;
            }
        }
        if (!from || load_[*from] < load_[*to] + 2) {
            return;
        }
        move_one(*from, *to, is_at);
    }
}

/// From the last to the first that has room.
void Seats::compact(const std::vector<std::size_t>& is_at) {
    while (const auto to = best(Routing::priority)) {
        std::size_t from = load_.size() - 1;
        while (from > *to && placed_[from].empty()) {
            --from;
        }
        if (from == *to) {
            return;
        }
        move_one(from, *to, is_at);
    }
}

}  // namespace tsflow::massive
