#include "ledger/fill.hpp"

#include <algorithm>

namespace tsflow::massive {

std::optional<Span> span_of(Channel channel) noexcept {
    switch (channel) {
        case Channel::minute:
            return Span::minute;
        case Channel::second:
            return Span::second;
        default:
            return std::nullopt;
    }
}

Duration length_of(Span span) noexcept {
    switch (span) {
        case Span::second:
            return std::chrono::seconds{1};
        case Span::minute:
            return std::chrono::minutes{1};
        case Span::day:
            break;
    }
    return std::chrono::hours{24};
}

std::int64_t bars_of(const FillResult& result, const Gap& gap) noexcept {
    return std::count_if(result.bars.begin(), result.bars.end(), [&](const RestBar& bar) {
        return bar.start >= gap.filled_to && (!gap.to || bar.start < *gap.to);
    });
}

}  // namespace tsflow::massive
