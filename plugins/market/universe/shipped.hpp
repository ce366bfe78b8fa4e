#pragma once

#include <string_view>

namespace tsflow::market {

// The files of data/, compiled in: what a plugin library finds wherever it was copied to.
extern const std::string_view shipped_groups;
extern const std::string_view shipped_members;

}  // namespace tsflow::market
