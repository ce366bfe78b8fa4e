#include "file_list.hpp"

#include <algorithm>
#include <system_error>
#include <tuple>
#include <utility>

#include "glob.hpp"
#include "tsflow/error.hpp"

namespace tsflow::flat_file {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t date_length = 10;  // YYYY-MM-DD

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool ends_in_csv(const fs::path& path) {
    const std::string name = path.filename().string();
    return name.ends_with(".csv") || name.ends_with(".csv.gz");
}

bool is_file(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored);
}

bool is_folder(const fs::path& path) {
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

void add_below(const fs::path& folder, std::vector<fs::path>& found) {
    for (const fs::path& entry : entries_of(folder)) {
        if (entry.filename().string().starts_with('.')) {
            continue;
        }
        if (is_own_folder(entry)) {
            add_below(entry, found);
        } else if (ends_in_csv(entry) && is_file(entry)) {
            found.push_back(entry);
        }
    }
}

/// The sentence's end that helps to see where a path is wrong.
std::string nearest_existing(const fs::path& path) {
    std::error_code ignored;
    fs::path parent = path;
    while (parent.has_relative_path()) {
        parent = parent.parent_path();
        if (!parent.empty() && fs::exists(parent, ignored)) {
            return "; the nearest folder above it that exists is '" + parent.string() + "'";
        }
    }
    return "; no folder above it exists";
}

[[noreturn]] void nothing_at(const fs::path& path) {
    if (is_folder(path)) {
        throw Error("The folder '" + path.string() +
                    "' holds no *.csv or *.csv.gz file, nor do the folders below it. Set `path` to "
                    "a folder of flat files.");
    }
    if (is_glob(path)) {
        throw Error("No file matches `path` = '" + path.string() + "'" + nearest_existing(path) +
                    ". Folders at any depth are written **.");
    }
    throw Error("There is no file or folder '" + path.string() + "'" + nearest_existing(path) +
                ". Set `path` to a file, a folder or a glob.");
}

std::string list_name(const fs::path& path, const fs::path& root) {
    return path == root ? path.filename().string() : path.lexically_relative(root).generic_string();
}

}  // namespace

std::optional<Date> date_in_name(std::string_view path) {
    const std::string_view name = path.substr(path.find_last_of('/') + 1);
    std::optional<Date> found;
    for (std::size_t at = 0; at + date_length <= name.size(); ++at) {
        const std::size_t end = at + date_length;
        if ((at > 0 && is_digit(name[at - 1])) || (end < name.size() && is_digit(name[end]))) {
            continue;
        }
        const std::optional<Date> date = parse_date(name.substr(at, date_length));
        if (date && found && *date != *found) {
            return std::nullopt;
        }
        found = date ? date : found;
    }
    return found;
}

bool reads_before(const DataFile& a, const DataFile& b) {
    return std::tie(a.date, a.name) < std::tie(b.date, b.name);
}

std::vector<DataFile> find_files(const fs::path& path) {
    std::vector<fs::path> found;
    fs::path root = path;
    if (is_file(path)) {
        found.push_back(path);
    } else if (is_folder(path)) {
        add_below(path, found);
    } else if (is_glob(path)) {
        root = fixed_part(path);
        for (const fs::path& match : expand_glob(path)) {
            if (is_file(match)) {
                found.push_back(match);
            } else if (is_folder(match)) {
                add_below(match, found);
            }
        }
    }
    if (found.empty()) {
        nothing_at(path);
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());

    std::vector<DataFile> files;
    for (const fs::path& file : found) {
        std::error_code error;
        const std::uintmax_t bytes = fs::file_size(file, error);
        if (error) {
            throw Error("The size of the file '" + file.string() +
                        "' cannot be read: " + error.message() + ".");
        }
        const std::string name = list_name(file, root);
        files.push_back(DataFile{file, name, date_in_name(name), bytes});
    }
    std::sort(files.begin(), files.end(), reads_before);
    return files;
}

std::vector<DataFile> within(std::vector<DataFile> files, std::optional<Date> from,
                             std::optional<Date> to, const fs::path& path) {
    const std::size_t found = files.size();
    const std::optional<Date> first = files.empty() ? std::nullopt : files.front().date;
    const std::optional<Date> last = files.empty() ? std::nullopt : files.back().date;
    std::erase_if(files, [&](const DataFile& file) {
        return file.date && ((from && *file.date < *from) || (to && *file.date > *to));
    });
    if (files.empty() && found > 0) {
        throw Error("None of the " + std::to_string(found) + " files that `path` = '" +
                    path.string() + "' names lies between `from` and `to`: their dates run from " +
                    format_date(*first) + " to " + format_date(*last) + ".");
    }
    return files;
}

}  // namespace tsflow::flat_file
