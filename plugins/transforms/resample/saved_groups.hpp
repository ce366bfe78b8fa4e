#pragma once

#include <cstddef>

#include "groups.hpp"
#include "layout.hpp"
#include "tsflow/state.hpp"

namespace tsflow::resample {

/// Writes a group's key and its windows, with texts in the place of symbol codes.
void save_group(StateWriter& state, const Layout& layout, const Group& group);
/// Reads it back into `groups`; returns its number. Throws Error when the windows do not fit `layout`.
std::size_t load_group(StateReader& state, const Layout& layout, Groups& groups);

}  // namespace tsflow::resample
