#pragma once

#include "groups.hpp"
#include "layout.hpp"
#include "tsflow/builder.hpp"
#include "window.hpp"

namespace tsflow::resample {

/// Appends the output row of one window, which holds at least one row. Throws Error when a sum of
/// integers leaves 64 bits.
void append_aggregate(BatchBuilder& out, const Layout& layout, const Group& group,
                      const Window& window);

}  // namespace tsflow::resample
