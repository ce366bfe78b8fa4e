#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <simdjson.h>

#include "massive/rest_client.hpp"
#include "rest_page.hpp"
#include "wire_values.hpp"

namespace tsflow::market::massive {

namespace {

using simdjson::ondemand::object;
using wire::key;

constexpr std::string_view kind = "aggregates";

/// Nothing when the entry is no bar.
std::optional<RestBar> read_bar(object& entry, std::string_view json) {
    RestBar bar;
    std::uint32_t seen = 0;
    const auto needed = [&](std::uint32_t bit, bool read) { seen |= read ? 1U << bit : 0; };
    for (auto item : entry) {
        simdjson::ondemand::field field;
        check_json(std::move(item).get(field), json, kind);
        const wire::Token from = field.value().raw_json_token();
        switch (wire::key_at(field.key().raw())) {
            case key("t"):
                needed(0, wire::read(from, bar.start));
                break;
            case key("o"):
                needed(1, wire::read(from, bar.open));
                break;
            case key("h"):
                needed(2, wire::read(from, bar.high));
                break;
            case key("l"):
                needed(3, wire::read(from, bar.low));
                break;
            case key("c"):
                needed(4, wire::read(from, bar.close));
                break;
            case key("v"):
                needed(5, wire::read(from, bar.volume));
                break;
            case key("vw"): {
                double vwap = 0;
                bar.vwap = wire::read(from, vwap) ? std::optional{vwap} : std::nullopt;
                break;
            }
            case key("n"): {
                std::int64_t count = 0;
                bar.transactions = wire::read(from, count) ? std::optional{count} : std::nullopt;
                break;
            }
            default:
                break;
        }
    }
    constexpr std::uint32_t all = 0b111111;
    return seen == all ? std::optional{bar} : std::nullopt;
}

}  // namespace

BarsPage parse_bars(std::string_view json) {
    BarsPage page;
    PageFrame frame = read_page(json, kind, [&](object& entry) {
        const std::optional<RestBar> bar = read_bar(entry, json);
        if (bar) {
            page.bars.push_back(*bar);
        }
        return bar.has_value();
    });
    page.next = std::move(frame.next);
    page.unreadable = frame.unreadable;
    const auto earlier = [](const RestBar& a, const RestBar& b) { return a.start < b.start; };
    if (!std::is_sorted(page.bars.begin(), page.bars.end(), earlier)) {
        std::stable_sort(page.bars.begin(), page.bars.end(), earlier);
    }
    return page;
}

}  // namespace tsflow::market::massive
