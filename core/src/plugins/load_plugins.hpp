#pragma once

#include "plugins/registry.hpp"
#include "plugins/search.hpp"

namespace tsflow {

/// Finds, inspects and loads all plugins. A library that is not usable is refused with its reason and
/// changes nothing for the others. Throws Error only for a folder that cannot be searched.
Registry load_plugins(const PluginSearch& search);

}  // namespace tsflow
