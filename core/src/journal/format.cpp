#include "journal/format.hpp"

#include <charconv>

#include <fmt/format.h>

namespace tsflow::journal_format {
namespace {

constexpr std::size_t offset_digits = 20;
constexpr std::size_t mark_digits = 8;
constexpr std::string_view suffix = ".segment";

template <class Number>
bool read_number(std::string_view text, int base, Number& number) {
    const auto [end, error] = std::from_chars(text.begin(), text.end(), number, base);
    return error == std::errc{} && end == text.end();
}

}  // namespace

std::string SegmentName::to_string() const {
    return fmt::format("{:020}-{:08x}{}", first, mark, suffix);
}

std::optional<SegmentName> parse_segment_name(std::string_view name) {
    SegmentName parsed;
    if (name.size() == offset_digits + 1 + mark_digits + suffix.size() &&
        name[offset_digits] == '-' && name.ends_with(suffix) &&
        read_number(name.substr(0, offset_digits), 10, parsed.first) &&
        read_number(name.substr(offset_digits + 1, mark_digits), 16, parsed.mark)) {
        return parsed;
    }
    return std::nullopt;
}

}  // namespace tsflow::journal_format
