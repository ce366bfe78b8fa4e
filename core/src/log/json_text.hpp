#pragma once

#include <string>
#include <string_view>

namespace tsflow {

/// Appends `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD, so that the
/// result is always valid JSON.
void append_json_text(std::string& out, std::string_view text);

}  // namespace tsflow
