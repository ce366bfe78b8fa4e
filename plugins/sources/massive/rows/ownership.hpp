#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "feed/session.hpp"
#include "tsflow/symbol.hpp"
#include "tsflow/time.hpp"

namespace tsflow::massive {

/// Which connection delivers a ticker's rows, so that none is delivered twice. A ticker that moves is
/// subscribed on the new connection before it leaves the old one; meanwhile both may send an event, and
/// whichever comes first is kept. The stage's thread only.
class Ownership {
public:
    /// How long after the old connection let go the new one may still lag behind it.
    static constexpr Duration overlap = std::chrono::seconds{5};

    /// `connection` now sends these tickers.
    void covered(std::uint8_t connection, const Tickers& tickers);
    /// `connection` was told to send them no more, and agreed. Returns those that nobody sends now.
    Tickers released(std::uint8_t connection, const Tickers& tickers, Timestamp now);
    /// `connection` is gone. Returns the tickers that nobody sends now.
    Tickers down(std::uint8_t connection);
    /// Ends the moves whose overlap is over.
    void settle(Timestamp now);

    /// Whether an event of a ticker that moves is the first of its text.
    bool first_of(Symbol symbol, std::string_view event);

    /// By symbol code, as FrameParser::parse takes it.
    std::span<const std::uint8_t> owners() const noexcept { return owners_; }
    std::size_t owned_by(std::uint8_t connection) const;
    bool moving() const noexcept { return !moves_.empty(); }

private:
    struct Move {
        std::uint8_t from;
        std::uint8_t to;
        Timestamp until = Timestamp::max();
        std::unordered_set<std::uint64_t> seen;  // hashes of event texts
    };
    std::uint8_t& owner_of(Symbol symbol);

    std::vector<std::uint8_t> owners_;
    std::unordered_map<std::int32_t, Move> moves_;  // by symbol code
};

}  // namespace tsflow::massive
