#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Which connection delivers which ticker: pure functions, no clock and no I/O.
namespace tsflow::massive {

enum class Routing : std::uint8_t {
    manual,    ///< each connection its own tickers
    balanced,  ///< evenly over all
    priority,  ///< the first connections filled to their capacity, then the next
};

/// One connection, as routing sees it.
struct RoutedConnection {
    std::string name;
    std::size_t max_symbols = 0;  ///< 0: no limit
    /// False: others are to take its tickers. The caller decides when; a short outage is none.
    bool up = true;
    std::vector<std::string> tickers;  ///< its own by configuration, in order
};

struct RoutingInput {
    Routing routing = Routing::manual;
    /// In the order of the configuration. An index means the same connection in every call.
    std::vector<RoutedConnection> connections;
    /// Tickers of no connection in particular; they follow those of the connections.
    std::vector<std::string> tickers;
};

/// Who delivers what. Every wanted ticker is in `at` or in `unplaced`, and never in both.
///
/// Each ticker has a home, the connection that delivers it while all are up, and is somewhere, which
/// is its home unless that is down. So a connection that returns gets back exactly what it had.
struct Assignment {
    std::map<std::string, std::size_t, std::less<>> at;    ///< ticker to connection
    std::map<std::string, std::size_t, std::less<>> home;  ///< only of tickers that have one
    std::vector<std::string> unplaced;  ///< no living connection has room; in the order wanted

    std::optional<std::size_t> connection_of(std::string_view ticker) const;
    bool operator==(const Assignment&) const = default;
};

/// The assignment for `input` that needs few moves from `previous` (empty at the start).
///
/// - A ticker is delivered by one connection; one that stands in several lists belongs to the first.
/// - No connection delivers more than its `max_symbols`.
/// - manual: a ticker's home is the connection that names it, as far as that has room; the others are
///   placed by priority and stay there. balanced: the numbers of tickers at home differ by at most
///   one, as far as the limits allow. priority: a connection is nobody's home while an earlier one
///   has room.
/// - Tickers whose home is down go to the living ones: with balanced to the least loaded, else to the
///   first with room. They stay there while they can.
Assignment assign(const RoutingInput& input, const Assignment& previous);

/// A ticker that changes its connection; none: it is not delivered before, or after.
struct Move {
    std::string ticker;
    std::optional<std::size_t> from;
    std::optional<std::size_t> to;

    bool operator==(const Move&) const = default;
};

/// What differs, in the order of tickers.
std::vector<Move> moves(const Assignment& before, const Assignment& after);

/// The same from the view of one connection.
struct ConnectionMoves {
    std::vector<Move> gained;  ///< to subscribe; `from` is who has it until then
    std::vector<Move> lost;    ///< to unsubscribe; `to` is who has it from then on
};
std::vector<ConnectionMoves> by_connection(const std::vector<Move>& moves, std::size_t connections);

}  // namespace tsflow::massive
