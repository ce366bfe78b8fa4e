#include "config/option_units.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <system_error>

#include <fmt/format.h>

namespace tsflow {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t bytes;
};

// Largest first. `KB` is read as well: nobody means kelvin.
constexpr std::array<Unit, 10> units = {{{"TiB", 1ll << 40},
                                         {"TB", 1'000'000'000'000},
                                         {"GiB", 1ll << 30},
                                         {"GB", 1'000'000'000},
                                         {"MiB", 1ll << 20},
                                         {"MB", 1'000'000},
                                         {"KiB", 1ll << 10},
                                         {"kB", 1'000},
                                         {"KB", 1'000},
                                         {"B", 1}}};

std::optional<std::int64_t> unit_size(std::string_view name) {
    for (const Unit& unit : units) {
        if (name == unit.name) {
            return unit.bytes;
        }
    }
    return name.empty() ? std::optional<std::int64_t>{1} : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> parse_bytes(std::string_view text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();

    std::uint64_t whole = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole);
    if (error != std::errc{}) {
        return std::nullopt;
    }
    std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));

    std::string_view fraction;
    if (rest.starts_with('.')) {
        std::size_t digits = 1;
        while (digits < rest.size() && is_digit(rest[digits])) {
            ++digits;
        }
        fraction = rest.substr(1, digits - 1);
        rest.remove_prefix(digits);
        constexpr std::size_t longest = 6;  // keeps the scaled fraction below 2^63
        if (fraction.empty() || fraction.size() > longest) {
            return std::nullopt;
        }
    }
    if (rest.starts_with(' ')) {
        rest.remove_prefix(1);
        if (rest.empty()) {
            return std::nullopt;
        }
    }
    const auto size = unit_size(rest);
    if (!size || whole > most / static_cast<std::uint64_t>(*size)) {
        return std::nullopt;
    }

    std::uint64_t bytes = whole * static_cast<std::uint64_t>(*size);
    std::uint64_t scale = 1;
    std::uint64_t parts = 0;
    for (const char digit : fraction) {
        scale *= 10;
        parts = parts * 10 + static_cast<std::uint64_t>(digit - '0');
    }
    parts *= static_cast<std::uint64_t>(*size);
    if (parts % scale != 0) {
        return std::nullopt;
    }
    bytes += parts / scale;
    return bytes > most ? std::nullopt : std::optional{static_cast<std::int64_t>(bytes)};
}

std::string format_bytes(std::int64_t bytes) {
    for (const Unit& unit : units) {
        if (bytes != 0 && bytes % unit.bytes == 0) {
            return fmt::format("{}{}", bytes / unit.bytes, unit.name);
        }
    }
    return "0B";
}

}  // namespace tsflow
