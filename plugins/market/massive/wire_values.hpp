#pragma once

#include <cstdint>
#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "tsflow/time.hpp"

/// How values are read: leniently, for the feed is not strict.
///
/// What happens with each value of each event is inlined into one loop, and what seldom happens is
/// called with texts: a function that takes a simdjson value keeps it from living in registers, which
/// costs more than to parse a number.
namespace tsflow::market::massive::wire {

using simdjson::ondemand::value;

/// The characters of a short key, to switch on.
using Key = std::uint32_t;

constexpr Key key(std::string_view name) {
    Key code = 0;
    for (std::size_t i = 0; i < name.size(); ++i) {
        code |= static_cast<Key>(static_cast<unsigned char>(name[i])) << (8 * i);
    }
    return code;
}

/// The key that begins at `raw`, behind its quote: 0 when it has more than four characters. Keys
/// with escapes are never equal to any.
simdjson_inline Key key_at(const char* raw) noexcept {
    Key word = 0;
    std::memcpy(&word, raw, sizeof word);
    if (raw[1] == '"') {
        return word & 0xff;
    }
    if (raw[2] == '"') {
        return word & 0xffff;
    }
    if (raw[3] == '"') {
        return word & 0xffffff;
    }
    return raw[4] == '"' ? word : 0;
}

/// A value as it stands in the text, with no blanks around it.
simdjson_inline std::string_view token_of(value from) noexcept {
    std::string_view token = from.raw_json_token();
    while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') {
        token.remove_suffix(1);
    }
    return token;
}

// What is not written as JSON or as the vendor has it; `token` is the value in the text.
bool read_unusual(std::string_view token, double& to) noexcept;
bool read_unusual(std::string_view token, std::int64_t& to) noexcept;
bool is_time(std::int64_t number, Timestamp& to) noexcept;

/// A number, or a string that holds one.
simdjson_inline bool read(value from, double& to) noexcept {
    return from.get_double().get(to) == simdjson::SUCCESS || read_unusual(token_of(from), to);
}

/// The same, where a string is what is expected.
simdjson_inline bool read_decimal(value from, double& to) noexcept {
    return from.get_double_in_string().get(to) == simdjson::SUCCESS ||
           read_unusual(token_of(from), to);
}

/// A whole number, also written `8.0` or within a string.
simdjson_inline bool read(value from, std::int64_t& to) noexcept {
    return from.get_int64().get(to) == simdjson::SUCCESS || read_unusual(token_of(from), to);
}

/// A time in ms, µs or ns since 1970. Which of them, its magnitude tells: the vendor's pages say ms
/// where the feed sends ns.
simdjson_inline bool read(value from, Timestamp& to) noexcept {
    std::int64_t number = 0;
    return read(from, number) && is_time(number, to);
}

simdjson_inline bool read(value from, bool& to) noexcept {
    return from.get_bool().get(to) == simdjson::SUCCESS;
}

/// Reads texts, which are views into the frame unless they have escapes.
class Texts {
public:
    simdjson_inline bool read(value from, std::string_view& to) {
        const std::string_view token = token_of(from);
        if (token.size() < 2 || token.front() != '"' || token.back() != '"') {
            return false;
        }
        to = token.substr(1, token.size() - 2);
        if (to.find('\\') != std::string_view::npos) {
            return unescape(token, to);
        }
        simdjson::ondemand::raw_json_string consumed;
        return from.get_raw_json_string().get(consumed) == simdjson::SUCCESS;
    }
    /// An array of whole numbers, or only one, as `12,37`; nothing when it is empty. False when `token`,
    /// which is where it begins, is neither.
    bool read_list(std::string_view token, std::optional<std::string_view>& to);
    /// Texts read so far are no longer needed.
    void forget() { kept_.clear(); }

private:
    bool unescape(std::string_view token, std::string_view& to);

    std::deque<std::string> kept_;  // those that are not in the frame as we pass them on
};

}  // namespace tsflow::market::massive::wire
