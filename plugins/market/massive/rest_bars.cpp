#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <simdjson.h>

#include "massive/rest_client.hpp"
#include "tsflow/error.hpp"
#include "wire_values.hpp"

namespace tsflow::market::massive {

namespace {

using simdjson::ondemand::object;
using simdjson::ondemand::value;
using wire::key;

[[noreturn]] void refuse(std::string_view what, std::string_view json) {
    constexpr std::size_t shown = 200;
    const bool cut = json.size() > shown;
    throw Error("The reply of the REST service is no page of aggregates: " + std::string{what} +
                ". It begins '" + std::string{json.substr(0, shown)} + (cut ? "…'" : "'"));
}

void check(simdjson::error_code error, std::string_view json) {
    if (error != simdjson::SUCCESS) {
        refuse(simdjson::error_message(error), json);
    }
}

/// Nothing when the entry is no bar.
std::optional<RestBar> read_bar(object& entry, std::string_view json) {
    RestBar bar;
    std::uint32_t seen = 0;
    const auto needed = [&](std::uint32_t bit, bool read) { seen |= read ? 1U << bit : 0; };
    for (auto item : entry) {
        simdjson::ondemand::field field;
        check(std::move(item).get(field), json);
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

void read_results(value results, BarsPage& page, std::string_view json) {
    if (wire::trimmed(results.raw_json_token()) == "null") {
        return;
    }
    simdjson::ondemand::array entries;
    check(results.get_array().get(entries), json);
    for (auto item : entries) {
        value element;
        check(std::move(item).get(element), json);
        object entry;
        const simdjson::error_code error = element.get_object().get(entry);
        if (error != simdjson::INCORRECT_TYPE) {
            check(error, json);
        }
        std::optional<RestBar> bar;
        if (error == simdjson::SUCCESS) {
            bar = read_bar(entry, json);
        }
        if (bar) {
            page.bars.push_back(*bar);
        } else {
            ++page.unreadable;
        }
    }
}

}  // namespace

BarsPage parse_bars(std::string_view json) {
    const simdjson::padded_string padded{json};
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document document;
    object reply;
    check(parser.iterate(padded).get(document), json);
    check(document.get_object().get(reply), json);
    BarsPage page;
    std::string status;
    for (auto item : reply) {
        simdjson::ondemand::field field;
        check(std::move(item).get(field), json);
        const simdjson::ondemand::raw_json_string name = field.key();
        if (name.unsafe_is_equal("results")) {
            page.bars.clear();
            read_results(field.value(), page, json);
        } else if (name.unsafe_is_equal("next_url")) {
            std::string_view next;
            page.next = field.value().get_string().get(next) == simdjson::SUCCESS ? next : "";
        } else if (name.unsafe_is_equal("status")) {
            std::string_view text;
            status = field.value().get_string().get(text) == simdjson::SUCCESS ? text : "";
        }
    }
    const char* trailing = nullptr;
    if (document.current_location().get(trailing) == simdjson::SUCCESS) {
        refuse("something follows it", json);
    }
    if (status == "ERROR" || status == "NOT_AUTHORIZED") {
        refuse("its status is " + status, json);
    }
    const auto earlier = [](const RestBar& a, const RestBar& b) { return a.start < b.start; };
    if (!std::is_sorted(page.bars.begin(), page.bars.end(), earlier)) {
        std::stable_sort(page.bars.begin(), page.bars.end(), earlier);
    }
    return page;
}

}  // namespace tsflow::market::massive
