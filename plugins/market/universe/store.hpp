#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "universe/universe.hpp"

// One maker a kind of reference. Each looks whether its reference can be read.
namespace tsflow::market {

/// A folder with members.csv and, if it likes, groups.csv.
std::unique_ptr<UniverseStore> open_csv(const std::filesystem::path& folder,
                                        std::string_view environment);
/// The universes that are compiled in.
std::unique_ptr<UniverseStore> open_shipped(std::string_view environment);
std::unique_ptr<UniverseStore> open_sqlite(const std::filesystem::path& file,
                                           std::string_view environment);
std::unique_ptr<UniverseStore> open_postgres(const std::string& url, std::string_view environment);

}  // namespace tsflow::market
