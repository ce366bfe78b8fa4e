#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "events.hpp"
#include "market.hpp"

namespace tsflow::massive_sim {

/// What one client has subscribed to.
class Subscriptions {
public:
    explicit Subscriptions(Market& market) : market_(market) {}

    /// Adds `AM.AAPL`, `AM.BRK.B` or `AM.*`; false when it is held already. The channel must exist.
    bool add(Channel channel, std::string_view ticker, std::string_view pair);
    void remove(Channel channel, std::string_view ticker, std::string_view pair);

    bool wants(Channel channel, std::size_t symbol) const noexcept {
        const Wanted& wanted = wanted_[static_cast<std::size_t>(channel)];
        return wanted.all || (symbol < wanted.symbols.size() && wanted.symbols[symbol] != 0);
    }
    bool wants_any(Channel channel) const noexcept {
        const Wanted& wanted = wanted_[static_cast<std::size_t>(channel)];
        return wanted.all || wanted.count > 0;
    }
    bool wants_symbol(std::size_t symbol) const noexcept;
    std::size_t size() const noexcept { return held_.size(); }

private:
    struct Wanted {
        bool all = false;
        std::size_t count = 0;
        std::vector<std::uint8_t> symbols;  // by their numbers
    };

    Market& market_;
    std::unordered_set<std::string> held_;  // unknown tickers as well: they are held, and silent
    std::array<Wanted, channel_count> wanted_;
};

}  // namespace tsflow::massive_sim
