#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tsflow {

/// A number of bytes with a unit, such as `512B`, `10kB` (thousands) or `1.5 GiB` (1,024ths); without a
/// unit, bytes. Nothing for other text, a fraction of a byte, or more than 2^63 - 1 bytes.
std::optional<std::int64_t> parse_bytes(std::string_view text);
/// The shortest exact text, in the largest unit that divides the number: `64MiB`, `10kB`, `513B`.
std::string format_bytes(std::int64_t bytes);

}  // namespace tsflow
