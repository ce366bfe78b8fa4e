#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace tsflow::massive_sim {

/// The parts between separators, without empty ones.
std::vector<std::string_view> split(std::string_view text, char separator);

/// `%41` becomes `A`; what is no such code stays as it is.
std::string percent_decode(std::string_view text);

/// Names and values of an URL's query, in their order.
using Parameters = std::vector<std::pair<std::string, std::string>>;
Parameters parse_parameters(std::string_view text, char separator = '&');
/// The value of the first parameter of that name; nullptr when there is none.
const std::string* find(const Parameters& parameters, std::string_view name);

/// All of `text` as a number.
template <class Number>
std::optional<Number> number(std::string_view text) {
    Number value{};
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stopped != end || text.empty()) {
        return std::nullopt;
    }
    return value;
}

}  // namespace tsflow::massive_sim
