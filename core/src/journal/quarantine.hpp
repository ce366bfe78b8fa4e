#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "journal/file_system.hpp"
#include "journal/segment.hpp"

namespace tsflow {

/// Copies bytes `from` to `to` of a segment to `quarantine/SEGMENT.FROM-TO` in the journal's folder, durably,
/// unless that is there already. Returns the copy's path. Throws IoError.
std::filesystem::path keep_damaged(FileSystem& files, const Segment& segment, const File& file,
                                   std::uint64_t from, std::uint64_t to);

}  // namespace tsflow
