#pragma once

#include <set>
#include <string>

#include "plugins/registry.hpp"
#include "plugins/search.hpp"

namespace tsflow {

/// Finds, inspects and loads all plugins. A library that is not usable is refused with its reason and
/// changes nothing for the others. Throws Error only for a folder that cannot be searched.
Registry load_plugins(const PluginSearch& search);

/// The same when only these node types are wanted. Where an earlier run has noted what every library
/// provides, only those that provide the types are loaded, which is most of what a start costs; all are
/// when one of the types is not to be had, so that it can be said what there is.
Registry load_plugins(const PluginSearch& search, const std::set<std::string>& types);

}  // namespace tsflow
