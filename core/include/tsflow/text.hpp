#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tsflow/export.hpp"

namespace tsflow {

/// Appends the shortest decimal text that reads back as exactly `value`: `100`, `55.25`, `1e-07`,
/// `nan`, `-inf`. Without an exponent from 1e-5 up to 1e16, where people expect none.
TSFLOW_API void append_real(std::string& out, double value);

/// Appends `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD, so that
/// the result is valid JSON whatever a source let in.
TSFLOW_API void append_json_text(std::string& out, std::string_view text);

/// The bytes of the UTF-8 character that begins at `at`; 0 when none does: too long a form, a surrogate,
/// a code point beyond U+10FFFF, cut off, or the end of the text.
TSFLOW_API std::size_t utf8_length(std::string_view text, std::size_t at) noexcept;

/// The candidate that `word` is most likely a slip of, by edit distance (letter case counts only
/// between equals); empty when none is near.
TSFLOW_API std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace tsflow
