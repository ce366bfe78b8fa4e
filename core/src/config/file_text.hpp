#pragma once

#include <filesystem>
#include <string>

namespace tsflow {

/// The whole text of a configuration file, without a byte order mark. Throws Error, naming the file and
/// what to do, when it is missing, a folder, unreadable, larger than 16 MiB, or no UTF-8 (then with the
/// position).
std::string read_file_text(const std::filesystem::path& file);

}  // namespace tsflow
