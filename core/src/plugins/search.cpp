#include "plugins/search.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <system_error>

#include "tsflow/error.hpp"

#include <fmt/format.h>

namespace tsflow {

namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

std::vector<fs::path> split_path_list(std::string_view text) {
    std::vector<fs::path> folders;
    while (!text.empty()) {
        const std::string_view entry = text.substr(0, text.find(':'));
        if (!entry.empty()) {
            folders.emplace_back(entry);
        }
        text.remove_prefix(std::min(text.size(), entry.size() + 1));
    }
    return folders;
}

fs::path cache_file() {
    // The XDG specification: a relative path in the variable is to be ignored.
    if (const fs::path base = environment("XDG_CACHE_HOME"); base.is_absolute()) {
        return base / "tsflow" / "plugins";
    }
    if (const fs::path home = environment("HOME"); home.is_absolute()) {
        return home / ".cache" / "tsflow" / "plugins";
    }
    return {};
}

std::vector<fs::path> libraries_in(const fs::path& folder) {
    std::vector<fs::path> found;
    try {
        for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
            std::error_code ignored;
            if (entry.path().extension() == ".so" && entry.is_regular_file(ignored)) {
                found.push_back(fs::canonical(entry.path()));
            }
        }
    } catch (const fs::filesystem_error& error) {
        throw Error(fmt::format("the plugin folder '{}' cannot be read: {}", folder.string(),
                                error.code().message()));
    }
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace

PluginSearch default_search(std::vector<fs::path> plugin_dirs) {
    PluginSearch search;
    search.required = std::move(plugin_dirs);
    search.optional = split_path_list(environment("TSFLOW_PLUGIN_PATH"));
    std::error_code failed;
    if (const fs::path program = fs::read_symlink("/proc/self/exe", failed); !failed) {
        const fs::path prefix = program.parent_path().parent_path();
        search.optional.push_back(prefix / "plugins");
        search.optional.push_back(prefix / TSFLOW_LIBDIR / "tsflow" / "plugins");
    }
    search.cache = cache_file();
    return search;
}

std::vector<fs::path> find_libraries(const PluginSearch& search) {
    std::vector<fs::path> folders;
    for (const fs::path& folder : search.required) {
        if (!fs::is_directory(folder)) {
            throw Error(fmt::format("the plugin folder '{}' {}", folder.string(),
                                    fs::exists(folder) ? "is not a folder" : "does not exist"));
        }
        folders.push_back(folder);
    }
    std::copy_if(search.optional.begin(), search.optional.end(), std::back_inserter(folders),
                 [](const fs::path& folder) {
                     std::error_code ignored;
                     return fs::is_directory(folder, ignored);
                 });

    std::vector<fs::path> libraries;
    std::set<fs::path> seen;
    for (const fs::path& folder : folders) {
        for (fs::path& library : libraries_in(folder)) {
            if (seen.insert(library).second) {
                libraries.push_back(std::move(library));
            }
        }
    }
    return libraries;
}

}  // namespace tsflow
