#pragma once

#include <cstddef>
#include <string_view>

namespace tsflow::market::massive {

/// How many bytes the JSON object or array takes that `text` begins with, by its braces and quotes
/// alone; 0 when there is none or it does not end. For text that something is wrong with.
std::size_t object_length(std::string_view text) noexcept;

}  // namespace tsflow::market::massive
