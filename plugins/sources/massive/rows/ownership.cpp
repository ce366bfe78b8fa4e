#include "rows/ownership.hpp"

#include <algorithm>
#include <functional>

#include "massive/frame_parser.hpp"

namespace tsflow::massive {

using market::massive::owner::contested;
using market::massive::owner::nobody;

std::uint8_t& Ownership::owner_of(Symbol symbol) {
    const auto code = static_cast<std::size_t>(symbol.code());
    if (code >= owners_.size()) {
        owners_.resize(std::max(code + 1, Symbol::count()), nobody);
    }
    return owners_[code];
}

void Ownership::covered(std::uint8_t connection, const Tickers& tickers) {
    for (const std::string& ticker : tickers) {
        const Symbol symbol = Symbol::intern(ticker);
        std::uint8_t& owner = owner_of(symbol);
        if (owner == nobody) {
            owner = connection;
        } else if (owner == contested) {
            Move& move = moves_.at(symbol.code());
            if (move.from != connection) {
                move.to = connection;
            } else if (move.until == Timestamp::max()) {
                // It comes back before it was let go.
                std::swap(move.from, move.to);
            } else {
                move = Move{move.to, connection, Timestamp::max(), std::move(move.seen)};
            }
        } else if (owner != connection) {
            moves_.insert_or_assign(symbol.code(), Move{owner, connection, Timestamp::max(), {}});
            owner = contested;
        }
    }
}

Tickers Ownership::released(std::uint8_t connection, const Tickers& tickers, Timestamp now) {
    Tickers dark;
    for (const std::string& ticker : tickers) {
        const Symbol symbol = Symbol::intern(ticker);
        std::uint8_t& owner = owner_of(symbol);
        if (owner == connection) {
            owner = nobody;
            dark.push_back(ticker);
        } else if (owner == contested) {
            Move& move = moves_.at(symbol.code());
            if (move.from == connection) {
                move.until = now + overlap;
            } else {
                owner = move.from;
                moves_.erase(symbol.code());
            }
        }
    }
    return dark;
}

Tickers Ownership::down(std::uint8_t connection) {
    Tickers dark;
    for (std::size_t code = 0; code < owners_.size(); ++code) {
        std::uint8_t& owner = owners_[code];
        const Symbol symbol = Symbol::from_code(static_cast<std::int32_t>(code));
        if (owner == connection) {
            owner = nobody;
            dark.emplace_back(symbol.text());
        } else if (owner == contested) {
            const Move& move = moves_.at(symbol.code());
            const bool source_gone = move.until != Timestamp::max();
            if (move.to == connection && source_gone) {
                owner = nobody;
                dark.emplace_back(symbol.text());
            } else if (move.to == connection) {
                owner = move.from;
            } else if (move.from == connection && !source_gone) {
                owner = move.to;
            } else {
                continue;
            }
            moves_.erase(symbol.code());
        }
    }
    return dark;
}

void Ownership::settle(Timestamp now) {
    std::erase_if(moves_, [&](const auto& entry) {
        const Move& move = entry.second;
        if (move.until > now) {
            return false;
        }
        owners_[static_cast<std::size_t>(entry.first)] = move.to;
        return true;
    });
}

bool Ownership::first_of(Symbol symbol, std::string_view event) {
    const auto found = moves_.find(symbol.code());
    return found == moves_.end() ||
           found->second.seen.insert(std::hash<std::string_view>{}(event)).second;
}

std::size_t Ownership::owned_by(std::uint8_t connection) const {
    return static_cast<std::size_t>(std::count(owners_.begin(), owners_.end(), connection)) +
           static_cast<std::size_t>(
               std::count_if(moves_.begin(), moves_.end(),
                             [&](const auto& entry) { return entry.second.to == connection; }));
}

}  // namespace tsflow::massive
