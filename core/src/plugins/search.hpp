#pragma once

#include <chrono>
#include <filesystem>
#include <vector>

namespace tsflow {

/// Where plugin libraries are looked for, and how unknown ones are inspected.
struct PluginSearch {
    /// Folders that the user named, with `--plugin-dir`; each must exist. Searched first.
    std::vector<std::filesystem::path> required;
    /// Folders that may be absent.
    std::vector<std::filesystem::path> optional;

    /// The program that inspects a library in a process of its own when called as
    /// `PROGRAM __inspect LIBRARY` (see inspect.hpp). The default is the running program; one that is
    /// not `tsflow` sets this to the path of a `tsflow`.
    std::filesystem::path inspector = "/proc/self/exe";
    std::chrono::milliseconds inspection_timeout{10'000};
    /// Remembers the libraries that passed; empty: all are inspected each time.
    std::filesystem::path cache;
    /// False: the cache is read but not written, for commands that promise to write nothing.
    bool remember = true;
};

/// The search of the command line: `plugin_dirs`, then the folders in TSFLOW_PLUGIN_PATH (separated by
/// colons), then the plugin folder of the build or install tree that the executable lies in. The cache
/// is in $XDG_CACHE_HOME/tsflow or ~/.cache/tsflow.
PluginSearch default_search(std::vector<std::filesystem::path> plugin_dirs);

/// The files `*.so` in all folders, in the folders' order and by name in each; each file once. Throws
/// Error for a required folder that is not there, or a folder that cannot be read.
std::vector<std::filesystem::path> find_libraries(const PluginSearch& search);

}  // namespace tsflow
