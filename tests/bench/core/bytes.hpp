#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

namespace tsflow::bench {

/// One line of a flat file, as the plain loops of the benchmark read it.
struct PlainBar {
    std::string_view ticker;
    double volume, open, close, high, low;
    std::int64_t window_start;
};

/// The baseline that needs no framework: inflates each file with zlib and parses each line with memchr
/// and std::from_chars. Returns the rows.
std::uint64_t read_plainly(const std::vector<std::filesystem::path>& files,
                           const std::function<void(const PlainBar&)>& each);
/// As above without doing anything with a row but adding up, so that the parse is not left out.
double sum_plainly(const std::vector<std::filesystem::path>& files, std::uint64_t& rows);

/// The real day files when they are there, else as many synthetic ones; sorted. `folder` is where they
/// are.
std::vector<std::filesystem::path> day_files(std::filesystem::path& folder);

}  // namespace tsflow::bench
