#include "api/parameters.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "tsflow/text.hpp"

namespace tsflow::http {

namespace {

constexpr std::size_t most_parameters = 64;
constexpr double nanos_per_second = 1e9;
constexpr double most_seconds = 9e9;  // what a Timestamp holds, and a little less

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return static_cast<unsigned>(c - '0');
    }
    const char lower = static_cast<char>(c | 0x20);
    if (lower >= 'a' && lower <= 'f') {
        return static_cast<unsigned>(lower - 'a') + 10;
    }
    return std::nullopt;
}

bool is_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = utf8_length(text, at);
        if (length == 0) {
            return false;
        }
        at += length;
    }
    return true;
}

std::string decoded(std::string_view text, std::string_view what) {
    auto result = percent_decode(text, true);
    if (!result) {
        throw BadRequest(std::string{what},
                         "the " + std::string{what} + " is not UTF-8 in percent encoding");
    }
    return *std::move(result);
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_blank) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '+' && plus_is_blank) {
            out += ' ';
        } else if (c != '%') {
            out += c;
        } else {
            const auto high = i + 1 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
            const auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
            if (!high || !low) {
                return std::nullopt;
            }
            out += static_cast<char>(*high * 16 + *low);
            i += 2;
        }
    }
    if (!is_utf8(out)) {
        return std::nullopt;
    }
    return out;
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
            std::string_view{"-._~"}.find(c) != std::string_view::npos) {
            out += c;
        } else {
            out += '%';
            out += digits[byte / 16];
            out += digits[byte % 16];
        }
    }
    return out;
}

Target parse_target(std::string_view text) {
    const std::size_t question = text.find('?');
    Target target;
    auto path = percent_decode(text.substr(0, question), false);
    if (!path || path->empty() || path->front() != '/') {
        throw BadRequest("path", "the path must begin with / and be UTF-8 in percent encoding");
    }
    target.path = *std::move(path);
    if (question == std::string_view::npos) {
        return target;
    }
    std::string_view rest = text.substr(question + 1);
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('&'), rest.size());
        const std::string_view pair = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (pair.empty()) {
            continue;
        }
        const std::size_t equals = std::min(pair.find('='), pair.size());
        std::string name = decoded(pair.substr(0, equals), "query");
        std::string value = decoded(pair.substr(std::min(equals + 1, pair.size())), "query");
        if (target.find(name) != nullptr) {
            throw BadRequest(name, "the parameter is given twice");
        }
        if (target.parameters.size() == most_parameters) {
            throw BadRequest(name, "there are more than 64 parameters");
        }
        target.parameters.emplace_back(std::move(name), std::move(value));
    }
    return target;
}

const std::string* Target::find(std::string_view name) const noexcept {
    for (const auto& [known, value] : parameters) {
        if (known == name) {
            return &value;
        }
    }
    return nullptr;
}

std::string Target::text(std::string_view name, std::string_view otherwise) const {
    const std::string* value = find(name);
    return value == nullptr ? std::string{otherwise} : *value;
}

std::int64_t Target::integer(std::string_view name, std::int64_t otherwise, std::int64_t least,
                             std::int64_t most) const {
    const std::string* value = find(name);
    if (value == nullptr) {
        return otherwise;
    }
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
    if (error != std::errc{} || end != value->data() + value->size() || number < least ||
        number > most) {
        throw BadRequest(std::string{name}, std::string{name} + " must be a whole number from " +
                                                std::to_string(least) + " to " +
                                                std::to_string(most));
    }
    return number;
}

std::optional<Timestamp> Target::time(std::string_view name) const {
    const std::string* value = find(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    double seconds = 0;
    const auto [end, error] =
        std::from_chars(value->data(), value->data() + value->size(), seconds);
    if (error == std::errc{} && end == value->data() + value->size() && std::isfinite(seconds) &&
        std::abs(seconds) < most_seconds) {
        // Whole seconds apart, so that their product does not round away nanoseconds that matter.
        const double whole = std::floor(seconds);
        return Timestamp{std::chrono::seconds{static_cast<std::int64_t>(whole)} +
                         Duration{std::llround((seconds - whole) * nanos_per_second)}};
    }
    if (const auto time = parse_timestamp(*value)) {
        return time;
    }
    throw BadRequest(
        std::string{name},
        std::string{name} + " must be a time such as 2025-11-03T14:30:00Z, or seconds since 1970");
}

void Target::only(const std::vector<std::string>& known) const {
    for (const auto& [name, value] : parameters) {
        if (std::find(known.begin(), known.end(), name) != known.end()) {
            continue;
        }
        const std::string near = nearest(name, known);
        throw BadRequest(name, "there is no parameter '" + name + "'" +
                                   (near.empty() ? "" : "; did you mean '" + near + "'?"));
    }
}

}  // namespace tsflow::http
