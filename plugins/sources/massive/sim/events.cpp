#include "events.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace tsflow::massive_sim {

std::optional<Channel> channel_of(std::string_view wire_name) {
    constexpr std::array<std::string_view, channel_count> names{"AM",   "A",   "T",  "Q",
                                                                "LULD", "NOI", "FMV"};
    const auto found = std::ranges::find(names, wire_name);
    if (found == names.end()) {
        return std::nullopt;
    }
    return static_cast<Channel>(found - names.begin());
}

namespace {

constexpr std::size_t number_room = 32;

/// Writes whatever std::to_chars() does with `value` and the rest.
template <class... Arguments>
void append_chars(std::string& out, Arguments... arguments) {
    const std::size_t at = out.size();
    out.resize(at + number_room);
    const auto result = std::to_chars(out.data() + at, out.data() + out.size(), arguments...);
    out.resize(static_cast<std::size_t>(result.ptr - out.data()));
}

}  // namespace

void append_number(std::string& out, double value) {
    append_chars(out, value, std::chars_format::fixed);
}

void append_number(std::string& out, std::int64_t value) {
    append_chars(out, value);
}

namespace {

std::int64_t whole(double shares) {
    return static_cast<std::int64_t>(std::floor(shares));
}

/// As the feed writes decimal strings: `4989.0`, `4332125.038360`.
void append_decimal(std::string& out, double shares) {
    if (shares == std::floor(shares)) {
        append_number(out, whole(shares));
        out += ".0";
    } else {
        constexpr int places = 6;
        append_chars(out, shares, std::chars_format::fixed, places);
    }
}

}  // namespace

void append_aggregate(std::string& out, std::string_view channel, std::string_view ticker,
                      const Bar& bar, const DayTotals& day, std::int64_t start_ms,
                      std::int64_t end_ms) {
    out += R"({"ev":")";
    out += channel;
    out += R"(","sym":")";
    out += ticker;
    out += R"(","v":)";
    append_number(out, whole(bar.volume));
    out += R"(,"dv":")";
    append_decimal(out, bar.volume);
    out += R"(","av":)";
    append_number(out, whole(day.volume));
    out += R"(,"dav":")";
    append_decimal(out, day.volume);
    out += R"(","op":)";
    append_number(out, day.open);
    out += R"(,"vw":)";
    append_number(out, vwap_of(bar));
    out += R"(,"o":)";
    append_number(out, bar.open);
    out += R"(,"c":)";
    append_number(out, bar.close);
    out += R"(,"h":)";
    append_number(out, bar.high);
    out += R"(,"l":)";
    append_number(out, bar.low);
    out += R"(,"a":)";
    append_number(out, day.average_price());
    if (bar.transactions > 0) {
        out += R"(,"z":)";
        append_number(out, whole(bar.volume / static_cast<double>(bar.transactions)));
    }
    out += R"(,"s":)";
    append_number(out, start_ms);
    out += R"(,"e":)";
    append_number(out, end_ms);
    out += '}';
}

}  // namespace tsflow::massive_sim
