#include "csv_files.hpp"

#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>

#include "csv_rows.hpp"
#include "group_type.hpp"
#include "tsflow/error.hpp"

namespace tsflow::market {

namespace {

constexpr std::string_view default_type = "UNIVERSE";
constexpr std::string_view default_environment = "DEFAULT";

std::string type_of(const CsvRows& rows) {
    const std::string& text = rows.field("type");
    const auto type = group_type(text.empty() ? default_type : text);
    if (!type) {
        rows.fail("the type '" + text + "' is none of " + group_type_list());
    }
    return *type;
}

const std::string& name_of(const CsvRows& rows, std::string_view column) {
    const std::string& name = rows.field(column);
    constexpr std::size_t longest = 100;  // as wide as the column of definition_groups
    if (name.empty() || name.size() > longest) {
        rows.fail("the name of a group must have 1 to 100 characters");
    }
    return name;
}

const std::string& weight_of(const CsvRows& rows) {
    const std::string& text = rows.field("weight");
    if (!text.empty()) {
        double value = -1;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value) ||
            value < 0) {
            rows.fail("the weight '" + text +
                      "' is no number of at least 0; leave it empty when "
                      "it is unknown");
        }
    }
    return text;
}

}  // namespace

std::vector<GroupRow> parse_groups(const std::string& file, std::string_view text) {
    CsvRows rows(file, text, {"name", "type"}, {"environment", "description"});
    std::vector<GroupRow> groups;
    while (rows.next()) {
        const std::string& environment = rows.field("environment");
        groups.push_back({name_of(rows, "name"), type_of(rows),
                          environment.empty() ? std::string{default_environment} : environment,
                          rows.field("description")});
    }
    return groups;
}

std::vector<MemberRow> parse_members(const std::string& file, std::string_view text) {
    CsvRows rows(file, text, {"group", "symbol"}, {"type", "weight"});
    std::vector<MemberRow> members;
    while (rows.next()) {
        const std::string& symbol = rows.field("symbol");
        if (const std::string problem = symbol_problem(symbol); !problem.empty()) {
            rows.fail(problem);
        }
        members.push_back(
            {name_of(rows, "group"), type_of(rows), symbol, weight_of(rows), rows.line()});
    }
    return members;
}

std::string read_text(const std::filesystem::path& file) {
    std::error_code missing;
    if (!std::filesystem::is_regular_file(file, missing)) {
        throw Error("'" + file.string() + "' is no file; check the path");
    }
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        throw Error("'" + file.string() + "' cannot be read; check the access rights");
    }
    return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace tsflow::market
