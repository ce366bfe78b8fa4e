#pragma once

#include <filesystem>

#include "tsflow/plugin.hpp"

namespace tsflow {

/// Loads the shared library (its static constructors run) and returns its manifest, unchecked. The
/// library stays in the process for good: g++ cannot unload C++ code reliably, and types, vtables and
/// exceptions of a plugin may live as long as the process. Throws Error with the dynamic linker's
/// own words when it cannot be loaded or is no plugin. One thread at a time.
const Manifest& open_library(const std::filesystem::path& library);

}  // namespace tsflow
