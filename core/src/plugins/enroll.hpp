#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "plugins/registry.hpp"
#include "tsflow/plugin.hpp"

namespace tsflow {

/// All that keeps a plugin with this manifest from running in this host, in one sentence with the
/// numbers of both sides; empty when nothing does. Reads plain data only.
std::string mismatches(const Manifest& manifest);

/// Lets the plugin declare its node types. Throws Error, holding the type and text of what the plugin
/// threw; then nothing of it is kept. The manifest must have been checked.
std::vector<RegisteredType> enroll(const Manifest& manifest, const std::filesystem::path& library);

}  // namespace tsflow
