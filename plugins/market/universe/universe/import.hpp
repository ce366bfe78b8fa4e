#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tsflow::market {

/// A row of a CSV file of members: `group,symbol[,type][,weight]`.
struct MemberRow {
    std::string group;
    std::string type;  ///< UNIVERSE when the file has no such column
    std::string symbol;
    std::string weight;  ///< a number of at least 0, as it was written; empty: unknown
    std::size_t line = 0;
};

struct MemberList {
    std::vector<MemberRow> members;  ///< each symbol of a group once: its first row
    /// A sentence with file and line for each row that repeats an earlier one.
    std::vector<std::string> duplicates;
};

/// Throws Error with file and line for whatever is wrong.
MemberList read_member_list(const std::filesystem::path& file);

struct Imported {
    std::int64_t groups = 0;  ///< that the members belong to
    std::int64_t made = 0;    ///< of these, those that were not there
    std::int64_t added = 0;   ///< members that were not there
    std::int64_t kept = 0;  ///< members that were; their weight is that of the file when it has one
    std::int64_t removed = 0;  ///< members that the file does not have; only with `replace`
};

/// Writes into the tables definition_groups and group_memberships of a `sqlite:FILE` or `postgres://…`,
/// all or nothing; makes the tables, and the file, when they are missing. Throws as open_reference does.
Imported import_members(std::string_view reference, std::string_view environment,
                        const std::vector<MemberRow>& members, bool replace);

}  // namespace tsflow::market
