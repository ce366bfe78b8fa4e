#include "subscriptions.hpp"

namespace tsflow::massive_sim {

bool Subscriptions::add(Channel channel, std::string_view ticker, std::string_view pair) {
    if (!held_.emplace(pair).second) {
        return false;
    }
    Wanted& wanted = wanted_[static_cast<std::size_t>(channel)];
    if (ticker == "*") {
        wanted.all = true;
    } else if (const auto symbol = market_.symbol(ticker)) {
        if (wanted.symbols.size() <= *symbol) {
            wanted.symbols.resize(market_.symbols().size());
        }
        wanted.symbols[*symbol] = 1;
        ++wanted.count;
    }
    return true;
}

void Subscriptions::remove(Channel channel, std::string_view ticker, std::string_view pair) {
    if (held_.erase(std::string{pair}) == 0) {
        return;
    }
    Wanted& wanted = wanted_[static_cast<std::size_t>(channel)];
    if (ticker == "*") {
        wanted.all = false;
    } else if (const auto symbol = market_.symbol(ticker)) {
        wanted.symbols[*symbol] = 0;
        --wanted.count;
    }
}

bool Subscriptions::wants_symbol(std::size_t symbol) const noexcept {
    for (std::size_t channel = 0; channel < channel_count; ++channel) {
        if (wants(static_cast<Channel>(channel), symbol)) {
            return true;
        }
    }
    return false;
}

}  // namespace tsflow::massive_sim
