#include "cli/explain.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/load.hpp"
#include "cli/terminal.hpp"
#include "journal/opening.hpp"
#include "journal/survey.hpp"
#include "runtime/state_dir.hpp"
#include "tsflow/error.hpp"

namespace tsflow::cli {
namespace {

using Key = std::vector<std::pair<std::string, std::string>>;

Key parse_key(const std::vector<std::string>& texts) {
    Key key;
    for (const std::string& text : texts) {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos || equals == 0) {
            throw ConfigError(
                fmt::format("'{}' is not of the form COLUMN=VALUE, such as symbol=ABC", text));
        }
        key.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    return key;
}

/// Whether a value in the options says `table`: `table = "bars"`, also in a list of tables.
bool names_table(const Value& value, const std::string& table) {
    if (const Value::Table* members = value.table()) {
        return std::any_of(members->begin(), members->end(), [&](const Value::Member& member) {
            const std::string* text = member.value.text();
            return (member.key == "table" && text != nullptr && *text == table) ||
                   names_table(member.value, table);
        });
    }
    if (const Value::Array* items = value.array()) {
        return std::any_of(items->begin(), items->end(),
                           [&](const Value& item) { return names_table(item, table); });
    }
    return false;
}

std::size_t find_sink(const Plan& plan, const std::string& table) {
    std::vector<std::size_t> found;
    std::vector<std::string> known;
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
        const NodeSpec& spec = plan.nodes[i].spec;
        if (spec.kind == NodeKind::sink) {
            known.push_back(spec.id);
            if (spec.id == table || spec.path == table || names_table(spec.options, table)) {
                found.push_back(i);
            }
        }
    }
    if (found.empty()) {
        const std::string near = nearest(table, known);
        throw ConfigError(fmt::format("no sink stores a table '{}'{}", table,
                                      near.empty() ? "" : "; did you mean '" + near + "'?"));
    }
    if (found.size() > 1) {
        throw ConfigError(fmt::format("{} and {} both store a table '{}'; name the sink",
                                      plan.nodes[found[0]].spec.path,
                                      plan.nodes[found[1]].spec.path, table));
    }
    return found.front();
}

void check_key(const PlannedNode& sink, const Key& key) {
    std::vector<std::string> known;
    for (const Port& input : sink.inputs) {
        for (const Field& field : input.schema->fields()) {
            known.push_back(field.name);
        }
    }
    for (const auto& [column, value] : key) {
        if (std::find(known.begin(), known.end(), column) == known.end()) {
            const std::string near = nearest(column, known);
            throw ConfigError(fmt::format("{} gets no column '{}'{}", sink.spec.path, column,
                                          near.empty() ? "" : "; did you mean '" + near + "'?"));
        }
    }
}

/// Compares a row with the key. Times may be written in any form that names the same moment.
class Matcher {
public:
    Matcher(const Schema& schema, const Key& key) {
        for (const auto& [column, value] : key) {
            const auto index = schema.find(column);
            possible_ = possible_ && index.has_value();
            if (index) {
                Wanted wanted{*index, value, {}};
                if (schema[*index].type == Type::timestamp) {
                    wanted.time = parse_timestamp(value);
                }
                wanted_.push_back(std::move(wanted));
            }
        }
    }
    /// False when the rows have not all of the columns.
    bool possible() const { return possible_; }

    bool operator()(const Batch& batch, std::size_t row) const {
        return std::all_of(wanted_.begin(), wanted_.end(), [&](const Wanted& wanted) {
            if (batch.is_null(wanted.column, row)) {
                return false;
            }
            if (wanted.time) {
                return batch.column<Timestamp>(wanted.column)[row] == *wanted.time;
            }
            std::string text;
            append_value(text, batch, wanted.column, row);
            return text == wanted.value;
        });
    }

private:
    struct Wanted {
        std::size_t column;
        std::string value;
        std::optional<Timestamp> time;
    };
    std::vector<Wanted> wanted_;
    bool possible_ = true;
};

void search(const PlannedNode& source, const std::filesystem::path& state_dir, const Key& key,
            std::vector<Receipt>& receipts) {
    const auto segments =
        list_segments(system_files(), journal_folder(state_dir) / source.spec.path);
    for (const Segment& segment : segments) {
        const auto look = [&](const JournalEntry& entry) {
            if (entry.kind != JournalEntry::Kind::batch || entry.port >= source.outputs.size()) {
                return true;
            }
            const Matcher matches(*entry.batch.schema(), key);
            for (std::size_t row = 0; matches.possible() && row < entry.batch.rows(); ++row) {
                if (matches(entry.batch, row)) {
                    Receipt receipt{source.spec.path,
                                    source.outputs[entry.port].name,
                                    entry.offset,
                                    segment.name.to_string(),
                                    entry.appended,
                                    {},
                                    {}};
                    append_json(receipt.record, entry.batch, row);
                    receipts.push_back(std::move(receipt));
                }
            }
            return true;
        };
        survey(system_files(), segment, &segment == &segments.back(), look);
    }
}

}  // namespace

int explain(const ExplainArgs& args) {
    const Loaded loaded = load(args, Writes::nothing);
    if (loaded.diagnostics.has_errors()) {
        print_error(loaded.diagnostics.to_text(colours_on_stderr()));
        return exit_config;
    }
    const Plan& plan = loaded.plan;
    const Key key = parse_key(args.key);
    Explanation found{plan, find_sink(plan, args.table), args.table, args.key, {}, {}, {}, {}};
    check_key(plan.nodes[found.sink], key);
    if (!plan.pipeline.state_dir) {
        throw ConfigError(
            "the pipeline has no state_dir, so nothing is kept of where rows came from");
    }
    found.runs = read_runs(*plan.pipeline.state_dir);
    std::set<std::size_t> sources;
    for (const PathGuarantee& path : plan.guarantees) {
        if (path.path.back() == found.sink) {
            found.paths.push_back(path);
            sources.insert(path.path.front());
        }
    }
    for (const std::size_t source : sources) {
        const PlannedNode& node = plan.nodes[source];
        if (node.spec.journal) {
            search(node, *plan.pipeline.state_dir, key, found.receipts);
        } else {
            found.unrecorded.push_back(node.spec.path);
        }
    }
    std::stable_sort(found.receipts.begin(), found.receipts.end(),
                     [](const Receipt& a, const Receipt& b) { return a.appended < b.appended; });
    for (Receipt& receipt : found.receipts) {
        if (const RunRecord* run = run_at(found.runs, receipt.appended)) {
            receipt.run = *run;
        }
    }
    print(args.format == TextFormat::json ? explain_json(found) : explain_text(found));
    return found.receipts.empty() ? exit_failed : exit_ok;
}

}  // namespace tsflow::cli
