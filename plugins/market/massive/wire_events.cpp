#include "wire_events.hpp"

#include <algorithm>

namespace tsflow::market::massive::wire {

namespace {

bool is_blank(char c) noexcept {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

bool is_of_number(char c) noexcept {
    return (c >= '0' && c <= '9') || c == '-' || c == ',';
}

}  // namespace

Field Lenient::list(value from, std::optional<std::string_view>& to) {
    to.reset();
    std::string_view text = token_of(from);
    if (text.empty() || text.front() != '[') {
        std::int64_t number = 0;
        if (from.get_int64().get(number) == simdjson::SUCCESS) {
            to = text;
        } else {
            count(from);
        }
        return Field::fine;
    }
    simdjson::ondemand::array array;
    if (from.get_array().get(array) != simdjson::SUCCESS ||
        array.raw_json().get(text) != simdjson::SUCCESS) {
        return Field::broken;
    }
    const std::size_t close = text.rfind(']');
    if (close == std::string_view::npos) {
        return Field::broken;
    }
    text = text.substr(1, close - 1);
    if (!std::all_of(text.begin(), text.end(), is_of_number)) {
        std::string& kept = kept_.emplace_back(text);
        kept.erase(std::remove_if(kept.begin(), kept.end(), is_blank), kept.end());
        if (!std::all_of(kept.begin(), kept.end(), is_of_number)) {
            ++unreadable;
            return Field::fine;
        }
        text = kept;
    }
    if (!text.empty()) {
        to = text;
    }
    return Field::fine;
}

}  // namespace tsflow::market::massive::wire
