#include "bench.hpp"

#include <vector>

#include "new_york.hpp"
#include "outbox.hpp"
#include "ticks.hpp"
#include "tsflow/error.hpp"

namespace tsflow::massive_sim {

std::shared_ptr<const std::string> bench_block(const SimulatorOptions& options,
                                               const Client& client, const Feed& feed,
                                               Market& market) {
    const auto per_frame = static_cast<std::size_t>(options.events_per_frame);
    const std::size_t wanted = static_cast<std::size_t>(options.bench_frames) * per_frame;
    std::vector<std::string> texts;
    Ticks ticks(options, market, feed);
    std::vector<Update> updates;
    Events events;
    const auto collect = [&] {
        for (const Events::Event& event : events.list()) {
            if (texts.size() < wanted && client.subscriptions.wants(event.channel, event.symbol)) {
                texts.emplace_back(events.json(event));
            }
        }
        events.clear();
    };

    const std::int64_t first = market.played() + 1;
    while (texts.size() < wanted) {
        const auto minute = market.next_minute();
        if (!minute || (texts.empty() && *minute > first + minutes_per_day)) {
            throw Error(
                "Too little happens in the market for the simulator's option "
                "'bench_frames'.");
        }
        const std::int64_t end_ms = (*minute + 1) * ms_per_minute;
        for (std::int64_t at = end_ms - ms_per_minute; at < end_ms && ticks.wanted();) {
            const std::int64_t until = std::min(end_ms, at + ticks.slice_ms());
            ticks.play(*minute, at, until, events);
            collect();
            at = until;
        }
        updates.clear();
        market.play(*minute, updates);
        ticks.end_of_minute(updates, events);
        collect();
    }

    Outbox frames;
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    frames.events(views, per_frame);
    auto block = std::make_shared<std::string>();
    std::vector<std::string_view> pieces;
    while (!frames.empty()) {
        frames.front(pieces, SIZE_MAX);
        std::size_t bytes = 0;
        for (const std::string_view piece : pieces) {
            *block += piece;
            bytes += piece.size();
        }
        frames.written(bytes);
    }
    return block;
}

}  // namespace tsflow::massive_sim
