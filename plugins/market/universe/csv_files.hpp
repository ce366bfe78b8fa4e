#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "universe/import.hpp"

namespace tsflow::market {

/// A row of groups.csv: `name,type[,environment][,description]`.
struct GroupRow {
    std::string name;
    std::string type;
    std::string environment;  ///< DEFAULT when there is none
    std::string description;
};
/// Both throw Error with `file` and line for whatever is wrong.
std::vector<GroupRow> parse_groups(const std::string& file, std::string_view text);
std::vector<MemberRow> parse_members(const std::string& file, std::string_view text);

/// The whole file; throws Error when it cannot be read.
std::string read_text(const std::filesystem::path& file);

}  // namespace tsflow::market
