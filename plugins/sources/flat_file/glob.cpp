#include "glob.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <string>
#include <system_error>

#include "tsflow/error.hpp"

namespace tsflow::flat_file {

namespace fs = std::filesystem;

namespace {

bool has_wildcard(const std::string& text) {
    return text.find_first_of("*?[") != std::string::npos;
}

using Parts = std::vector<std::string>;

void expand(const fs::path& folder, Parts::const_iterator part, Parts::const_iterator end,
            std::vector<fs::path>& found) {
    if (part == end) {
        found.push_back(folder);
        return;
    }
    if (!has_wildcard(*part)) {
        const fs::path next = folder / *part;
        std::error_code ignored;
        if (fs::exists(next, ignored)) {
            expand(next, part + 1, end, found);
        }
        return;
    }
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored)) {
        return;
    }
    const bool any_depth = *part == "**";
    if (any_depth) {
        expand(folder, part + 1, end, found);
    }
    for (const fs::path& entry : entries_of(folder)) {
        // FNM_PERIOD: as in a shell, a wildcard does not find a hidden file.
        if (::fnmatch(part->c_str(), entry.filename().c_str(), FNM_PERIOD) != 0) {
            continue;
        }
        if (!any_depth) {
            expand(entry, part + 1, end, found);
        } else if (is_own_folder(entry)) {
            expand(entry, part, end, found);
        }
    }
}

}  // namespace

bool is_glob(const fs::path& path) {
    return has_wildcard(path.string());
}

fs::path fixed_part(const fs::path& glob) {
    fs::path fixed;
    for (const fs::path& part : glob) {
        if (has_wildcard(part.string())) {
            break;
        }
        fixed /= part;
    }
    return fixed.empty() ? fs::path{"."} : fixed;
}

std::vector<fs::path> expand_glob(const fs::path& glob) {
    Parts parts;
    bool wild = false;
    for (const fs::path& part : glob) {
        wild = wild || has_wildcard(part.string());
        if (wild && !part.empty()) {
            parts.push_back(part.string());
        }
    }
    std::vector<fs::path> found;
    expand(fixed_part(glob), parts.begin(), parts.end(), found);
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

std::vector<fs::path> entries_of(const fs::path& folder) {
    std::vector<fs::path> entries;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        entries.push_back(at->path());
    }
    if (error) {
        throw Error("The folder '" + folder.string() + "' cannot be read: " + error.message() +
                    ".");
    }
    std::sort(entries.begin(), entries.end());
    return entries;
}

bool is_own_folder(const fs::path& path) {
    std::error_code ignored;
    return fs::symlink_status(path, ignored).type() == fs::file_type::directory;
}

}  // namespace tsflow::flat_file
