#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <simdjson.h>

#include "massive/rest_client.hpp"
#include "rest_page.hpp"
#include "wire_values.hpp"

namespace tsflow::market::massive {

namespace {

using simdjson::ondemand::object;

constexpr std::string_view kind = "splits";

/// One word, as tickers are: it ends up in files whose columns are separated by commas.
bool is_ticker(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return c > ' ' && c < '\x7f' && c != ',' && c != '"';
    });
}

/// Nothing when the entry is no split.
std::optional<RestSplit> read_split(object& entry, std::string_view json) {
    RestSplit split;
    std::optional<Date> date;
    double from = 0;
    double to = 0;
    for (auto item : entry) {
        simdjson::ondemand::field field;
        check_json(std::move(item).get(field), json, kind);
        const simdjson::ondemand::raw_json_string name = field.key();
        std::string_view text;
        if (name.unsafe_is_equal("ticker")) {
            split.ticker = field.value().get_string().get(text) == simdjson::SUCCESS ? text : "";
        } else if (name.unsafe_is_equal("execution_date")) {
            date = field.value().get_string().get(text) == simdjson::SUCCESS ? parse_date(text)
                                                                             : std::nullopt;
        } else if (name.unsafe_is_equal("split_from")) {
            wire::read(field.value().raw_json_token(), from);
        } else if (name.unsafe_is_equal("split_to")) {
            wire::read(field.value().raw_json_token(), to);
        }
    }
    split.ratio = to / from;
    if (!is_ticker(split.ticker) || !date || !std::isfinite(split.ratio) || split.ratio <= 0) {
        return std::nullopt;
    }
    split.ex_date = *date;
    return split;
}

}  // namespace

SplitsPage parse_splits(std::string_view json) {
    SplitsPage page;
    PageFrame frame = read_page(json, kind, [&](object& entry) {
        std::optional<RestSplit> split = read_split(entry, json);
        if (split) {
            page.splits.push_back(std::move(*split));
        }
        return split.has_value();
    });
    page.next = std::move(frame.next);
    page.unreadable = frame.unreadable;
    return page;
}

}  // namespace tsflow::market::massive
