#include "table_options.hpp"

#include <algorithm>
#include <set>

#include "aggregates_sql.hpp"
#include "tsflow/error.hpp"

namespace tsflow::timescale {

namespace {

struct Renamed {
    std::string from;
    std::string to;
};

std::optional<Renamed> parse_rename(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
        return std::nullopt;
    }
    return Renamed{text.substr(0, equals), text.substr(equals + 1)};
}

void check_known(const TableOptions& options, const Schema& schema) {
    for (const std::string& name : options.omit) {
        schema.index(name, "omit");
    }
    for (const std::string& text : options.rename) {
        if (const auto renamed = parse_rename(text)) {
            schema.index(renamed->from, "rename");
        }
    }
}

}  // namespace

std::vector<MappedColumn> mapped_columns(const TableOptions& options, const Schema& schema,
                                         bool strict) {
    if (strict) {
        check_known(options, schema);
    }
    std::vector<MappedColumn> columns;
    std::set<std::string> names;
    for (std::size_t i = 0; i < schema.size(); ++i) {
        const Field& field = schema[i];
        if (std::find(options.omit.begin(), options.omit.end(), field.name) != options.omit.end()) {
            if (field.key) {
                throw ConfigError("omit", "column '" + field.name +
                                              "' is part of the key by which rows are told apart, "
                                              "and cannot be left out");
            }
            continue;
        }
        std::string name = field.name;
        for (const std::string& text : options.rename) {
            const auto renamed = parse_rename(text);
            name = renamed && renamed->from == field.name ? renamed->to : name;
        }
        if (!names.insert(name).second) {
            throw ConfigError("rename",
                              "two columns would be named '" + name + "'; rename or omit one");
        }
        columns.push_back({i, std::move(name)});
    }
    if (columns.empty()) {
        throw ConfigError("omit", "no column is left");
    }
    return columns;
}

void check_table_options(const TableOptions& options, OptionProblems& problems) {
    for (const std::string& text : options.rename) {
        if (!parse_rename(text)) {
            problems.push_back({"rename", "'" + text +
                                              "' is not ROWS_NAME=TABLE_NAME, such as "
                                              "'time=timestamp'"});
        }
    }
    if (options.refresh_late.count() != 0 && options.refresh_late < std::chrono::seconds{1}) {
        problems.push_back({"refresh_late", "want 0s, or at least 1s"});
    }
    if (options.compress_after && options.drop_after &&
        *options.drop_after <= *options.compress_after) {
        problems.push_back({"drop_after",
                            "chunks would be dropped before 'compress_after' compresses them",
                            true});
    }
    const bool of_hypertables =
        options.compress_after || options.drop_after || !options.aggregates.empty();
    if (of_hypertables && !options.create) {
        problems.push_back(
            {"create",
             "compress_after, drop_after and aggregates make something, and 'create' "
             "is false; set it, or leave them out"});
    } else if (of_hypertables && !options.hypertable) {
        problems.push_back({"hypertable",
                            "compress_after, drop_after and aggregates need a hypertable; set it, "
                            "or leave them out"});
    }
}

void check_aggregate_options(const AggregateOptions& options, OptionProblems& problems) {
    if (options.values.empty()) {
        problems.push_back({"values", "want at least one COLUMN:FUNCTION"});
    }
    for (const std::string& text : options.values) {
        if (!parse_aggregate_value(text)) {
            problems.push_back({"values", "'" + text +
                                              "' is not COLUMN:FUNCTION with one of the functions "
                                              "first, last, min, max, sum, avg, count"});
        }
    }
    if (options.refresh_window && *options.refresh_window < 3 * options.bucket) {
        problems.push_back({"refresh_window", "a policy wants to see three buckets at least: set " +
                                                  format_duration(3 * options.bucket) +
                                                  " or more"});
    }
}

}  // namespace tsflow::timescale
