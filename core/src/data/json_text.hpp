#pragma once

#include <string>
#include <string_view>

namespace tsflow {

/// Appends `text` as a JSON string, quotes included. Bytes that are not UTF-8 become U+FFFD, so that the
/// result is valid JSON whatever a source let in.
void append_json_string(std::string& out, std::string_view text);

}  // namespace tsflow
