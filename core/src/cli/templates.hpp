#pragma once

#include <string_view>

namespace tsflow::cli {

/// The text of `templates/NAME.in`, built into the program. Empty when there is none.
std::string_view template_text(std::string_view name);

}  // namespace tsflow::cli
