#pragma once

#include <filesystem>
#include <vector>

namespace tsflow::flat_file {

/// True when a part of `path` holds a wildcard.
bool is_glob(const std::filesystem::path& path);

/// The part of a glob in front of its first wildcard.
std::filesystem::path fixed_part(const std::filesystem::path& glob);

/// Files and folders that `glob` matches, sorted; `**` stands for any number of folders, none included.
/// Throws Error when a folder cannot be read.
std::vector<std::filesystem::path> expand_glob(const std::filesystem::path& glob);

/// What `folder` holds, sorted by name. Throws Error when it cannot be read.
std::vector<std::filesystem::path> entries_of(const std::filesystem::path& folder);

/// True for a folder that is no symbolic link, which could lead in circles.
bool is_own_folder(const std::filesystem::path& path);

}  // namespace tsflow::flat_file
