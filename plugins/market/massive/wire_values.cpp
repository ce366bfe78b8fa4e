#include "wire_values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <system_error>

namespace tsflow::market::massive::wire {

namespace {

std::string_view without_quotes(std::string_view token) noexcept {
    const bool quoted = token.size() >= 2 && token.front() == '"' && token.back() == '"';
    return quoted ? token.substr(1, token.size() - 2) : std::string_view{};
}

template <class T>
bool parse(std::string_view text, T& to) noexcept {
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, to);
    return error == std::errc{} && stop == end && !text.empty();
}

bool is_number_in_json(std::string_view token) noexcept {
    return !token.empty() &&
           (token.front() == '-' || (token.front() >= '0' && token.front() <= '9'));
}

/// What a list of whole numbers is made of.
constexpr std::array<bool, 256> of_list = [] {
    std::array<bool, 256> table{};
    for (const char c : std::string_view{"0123456789-, \n\r\t"}) {
        table[static_cast<unsigned char>(c)] = true;
    }
    return table;
}();

}  // namespace

bool read_unusual(Token token, double& to) noexcept {
    return parse(without_quotes(trimmed(token)), to) && std::isfinite(to);
}

bool read_unusual(Token token, std::int64_t& to) noexcept {
    constexpr double exact = 9007199254740992.0;  // up to here, doubles tell all integers apart
    token = trimmed(token);
    const std::string_view text = is_number_in_json(token) ? token : without_quotes(token);
    if (parse(text, to)) {
        return true;
    }
    double number = 0;
    if (!parse(text, number) || !(std::abs(number) <= exact) || number != std::trunc(number)) {
        return false;
    }
    to = static_cast<std::int64_t>(number);
    return true;
}

bool is_unusual_time(std::int64_t number, Timestamp& to) noexcept {
    // The same day of the year 2262, where nanoseconds end.
    constexpr std::int64_t last_us = 9'223'372'036'854'775;
    constexpr std::int64_t first_us = 100'000'000'000'000;      // in 1973
    constexpr std::int64_t first_ns = 100'000'000'000'000'000;  // the same
    std::int64_t to_ns = 1;
    if (number <= 0 || (number > last_ms && number < first_us) ||
        (number > last_us && number < first_ns)) {
        return false;
    }
    if (number <= last_ms) {
        to_ns = 1'000'000;
    } else if (number <= last_us) {
        to_ns = 1'000;
    }
    to = Timestamp{Duration{number * to_ns}};
    return true;
}

bool Texts::unescape(Token token, std::string_view& to) {
    // simdjson writes whole blocks, and its raw strings begin behind the quote.
    std::string& kept = kept_.emplace_back(token.size() + simdjson::SIMDJSON_PADDING, '\0');
    auto* out = reinterpret_cast<std::uint8_t*>(kept.data());
    const auto* in = reinterpret_cast<const std::uint8_t*>(token.data()) + 1;
    simdjson::ondemand::parser parser;
    return parser.allocate(token.size()) == simdjson::SUCCESS &&  // it has no implementation before
           parser.unescape(simdjson::ondemand::raw_json_string(in), out).get(to) ==
               simdjson::SUCCESS;
}

bool Texts::read_other_list(Token token, std::optional<std::string_view>& to) {
    to.reset();
    token = trimmed(token);
    if (is_number_in_json(token)) {
        std::int64_t number = 0;
        if (!parse(token, number)) {
            return false;
        }
        to = token;
        return true;
    }
    if (token.empty() || token.front() != '[') {
        return false;
    }
    // What is read of a frame ends with a bracket, so there is one.
    const char* const begin = token.data() + 1;
    const char* end = begin;
    bool has_blanks = false;
    for (; of_list[static_cast<unsigned char>(*end)]; ++end) {
        has_blanks = has_blanks || *end <= ' ';
    }
    if (*end != ']') {
        return false;
    }
    std::string_view list{begin, static_cast<std::size_t>(end - begin)};
    if (has_blanks) {
        std::string& kept = kept_.emplace_back(list);
        kept.erase(std::remove_if(kept.begin(), kept.end(), [](char c) { return c <= ' '; }),
                   kept.end());
        list = kept;
    }
    if (!list.empty()) {
        to = list;
    }
    return true;
}

}  // namespace tsflow::market::massive::wire
