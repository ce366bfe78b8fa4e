#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tsflow/time.hpp"

namespace tsflow::flat_file {

/// A file to read.
struct DataFile {
    std::filesystem::path path;
    /// What a position calls it: relative to the folder asked for (or to a glob's part without
    /// wildcards), so that the folder may move between two runs.
    std::string name;
    std::optional<Date> date;  ///< of the trading day, from the file's name
    std::uint64_t bytes = 0;   ///< as stored
};

/// The only YYYY-MM-DD in the last part of `path`; nothing when there is none, or several.
std::optional<Date> date_in_name(std::string_view path);

/// The order of reading: files without a date, then by date; among equals by name.
bool reads_before(const DataFile& a, const DataFile& b);

/// Finds what `path` names, in the order of reading: a file; the *.csv and *.csv.gz below a folder; or
/// those and other files that a glob (`*`, `?`, `[a-z]`, `**` for folders at any depth) matches.
/// Names that begin with a point are left out unless asked for. Throws Error when there is nothing.
std::vector<DataFile> find_files(const std::filesystem::path& path);

/// Drops files whose date lies outside [from, to]; files without a date stay. Throws Error when none
/// is left; `path` is for its message.
std::vector<DataFile> within(std::vector<DataFile> files, std::optional<Date> from,
                             std::optional<Date> to, const std::filesystem::path& path);

}  // namespace tsflow::flat_file
