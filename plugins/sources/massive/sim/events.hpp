#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "market.hpp"

namespace tsflow::massive_sim {

/// What a client may subscribe to.
enum class Channel : std::uint8_t { minute, second, trades, quotes, luld, imbalance, fmv };
inline constexpr std::size_t channel_count = 7;

std::optional<Channel> channel_of(std::string_view wire_name);

/// Events of one moment, in the order of sending: each its JSON, and who gets it.
class Events {
public:
    struct Event {
        Channel channel;
        std::uint32_t symbol;
        std::uint32_t begin;  // in the text
        std::uint32_t end;
    };

    const std::vector<Event>& list() const noexcept { return list_; }
    std::string_view json(const Event& event) const noexcept {
        return std::string_view{text_}.substr(event.begin, event.end - event.begin);
    }
    void clear() noexcept {
        text_.clear();
        list_.clear();
    }

    /// Appends an event that `write(std::string&)` writes.
    template <class Write>
    void add(Channel channel, std::size_t symbol, const Write& write) {
        const auto begin = static_cast<std::uint32_t>(text_.size());
        write(text_);
        list_.push_back({channel, static_cast<std::uint32_t>(symbol), begin,
                         static_cast<std::uint32_t>(text_.size())});
    }

private:
    std::string text_;
    std::vector<Event> list_;
};

void append_number(std::string& out, double value);
void append_number(std::string& out, std::int64_t value);

/// An aggregate: `AM` or `A`, whose window is [start, end) in ms.
void append_aggregate(std::string& out, std::string_view channel, std::string_view ticker,
                      const Bar& bar, const DayTotals& day, std::int64_t start_ms,
                      std::int64_t end_ms);

}  // namespace tsflow::massive_sim
