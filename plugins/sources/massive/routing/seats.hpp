#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "routing/assignment.hpp"

namespace tsflow::massive {

inline constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

/// Who sits where while an assignment is made: tickers by number, on connections with limited room.
class Seats {
public:
    /// Only connections with `usable` take anybody.
    Seats(const std::vector<RoutedConnection>& connections, std::vector<bool> usable,
          std::size_t tickers);

    bool room(std::size_t connection) const;
    /// Seats a ticker for good: rearrange() leaves it alone.
    void fix(std::size_t ticker, std::size_t connection);
    /// Seats these tickers, as many as there is room for: each where it was when that is possible, the
    /// others by the rule of `routing`.
    void place(const std::vector<std::size_t>& tickers, const std::vector<std::size_t>& was,
               Routing routing);
    /// Moves as few of the placed tickers as the rule of `routing` demands. Of the candidates for a move,
    /// one that already is at its destination by `is_at` goes first.
    void rearrange(Routing routing, const std::vector<std::size_t>& is_at);

    /// Per ticker: its connection, or `nowhere`.
    const std::vector<std::size_t>& result() const noexcept { return at_; }

private:
    std::optional<std::size_t> best(Routing routing) const;
    void seat(std::size_t ticker, std::size_t connection);
    void move_one(std::size_t from, std::size_t to, const std::vector<std::size_t>& is_at);
    void level(const std::vector<std::size_t>& is_at);
    void compact(const std::vector<std::size_t>& is_at);

    std::vector<std::size_t> limit_;
    std::vector<std::size_t> load_;
    std::vector<std::vector<std::size_t>> placed_;  ///< per connection: tickers that may be moved
    std::vector<std::size_t> at_;
};

}  // namespace tsflow::massive
