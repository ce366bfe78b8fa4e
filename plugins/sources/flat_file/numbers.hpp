#pragma once

#include <cstdint>
#include <string_view>

namespace tsflow::flat_file {

/// Reads all of `text` as a decimal number; the result is the double nearest to the text, as strtod
/// gives. False for empty or other text, hexadecimal, NaN, infinity and what is out of range.
bool parse_number(std::string_view text, double& value) noexcept;

/// Reads all of `text` as a whole number. False for other text and what is out of range.
bool parse_integer(std::string_view text, std::int64_t& value) noexcept;

}  // namespace tsflow::flat_file
