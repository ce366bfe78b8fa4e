#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/metrics.hpp"

namespace tsflow {

std::string json_string(std::string_view text);

/// `[a,b]` of what `render` makes of each item.
template <class Item, class Render>
std::string json_array(const std::vector<Item>& items, Render render) {
    std::string text;
    for (const Item& item : items) {
        text += (text.empty() ? "" : ",") + render(item);
    }
    return "[" + text + "]";
}

/// The members of a JSON object, without its braces, so that more can follow. The names are the same in
/// the summary of a run and in its live status.
std::string json_fields(const NodeMetrics& node);
std::string json_fields(const EdgeMetrics& edge);

}  // namespace tsflow
