#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tsflow {

/// `text` in lines of at most `width` characters, broken at blanks; its own line breaks are kept.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// `rows` in aligned columns, two blanks between them and `indent` blanks in front; the last column is
/// wrapped so that lines have at most `width` characters (0: never).
std::string columns(const std::vector<std::vector<std::string>>& rows, std::size_t indent,
                    std::size_t width);

}  // namespace tsflow
