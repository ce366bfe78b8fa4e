#pragma once

#include <string>
#include <string_view>

namespace tsflow::market {

enum class ReferenceKind { shipped, csv, sqlite, postgres };

struct Reference {
    ReferenceKind kind;
    std::string place;  ///< folder, file or the whole URL
};

/// Throws Error when `text` has none of the forms of a reference.
Reference parse_reference(std::string_view text);

}  // namespace tsflow::market
