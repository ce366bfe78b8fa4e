#include "config/pipeline_spec.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "config/host_options.hpp"
#include "config/host_table.hpp"
#include "config/interpolate.hpp"
#include "config/node_spec.hpp"
#include "config/overrides.hpp"
#include "config/toml.hpp"

namespace tsflow {
namespace {

constexpr std::array<std::pair<std::string_view, NodeKind>, 3> sections = {
    {{"sources", NodeKind::source},
     {"transforms", NodeKind::transform},
     {"sinks", NodeKind::sink}}};

class PipelineReader {
public:
    PipelineReader(PipelineSpec& spec, TomlDocument& document, Diagnostics& diagnostics)
        : spec_(spec), document_(document), diagnostics_(diagnostics) {}

    void read() {
        unknown_sections();
        pipeline();
        control();
        for (const auto& [name, kind] : sections) {
            section(name, kind);
        }
        const auto place = [](const NodeSpec& node) {
            constexpr int last = std::numeric_limits<int>::max();  // made by --set
            return std::pair{node.at.line == 0 ? last : node.at.line, node.at.column};
        };
        std::stable_sort(spec_.nodes.begin(), spec_.nodes.end(),
                         [&](const auto& a, const auto& b) { return place(a) < place(b); });
        unique_ids();
    }

private:
    void unknown_sections() {
        static const std::vector<std::string> known = {"pipeline", "control", "sources",
                                                       "transforms", "sinks"};
        for (const auto& [key, value] : *document_.root.table()) {
            if (std::find(known.begin(), known.end(), key) == known.end()) {
                const std::string meant = nearest(key, known);
                diagnostics_.error(value.key_at, path_of(value, key),
                                   meant.empty() ? "unknown section; a pipeline file has pipeline, "
                                                   "control, sources, transforms and sinks"
                                                 : "unknown section",
                                   meant);
                skipped_sections_ = true;
            }
        }
    }

    void pipeline() {
        PipelineKeys keys;
        keys.name = spec_.file.stem().string();
        if (Value* table = document_.root.find("pipeline")) {
            dead_letters(*table);
            read_host_table(pipeline_options(), keys, *table, "pipeline", spec_.file.parent_path(),
                            diagnostics_);
            if (keys.name.empty()) {
                const Value* name = table->find("name");
                diagnostics_.error(name->at, path_of(*name, "pipeline.name"),
                                   "must not be empty; remove the key to use the file's name");
            }
        }
        spec_.name = std::move(keys.name);
        spec_.state_dir = std::move(keys.state_dir);
        spec_.checkpoint_interval = keys.checkpoint_interval;
        spec_.shutdown_timeout = keys.shutdown_timeout;
        spec_.idle_timeout = keys.idle_timeout;
    }

    void control() {
        const Value* table = document_.root.find("control");
        if (table == nullptr) {
            return;
        }
        ControlKeys keys;
        read_host_table(control_options(), keys, *table, "control", {}, diagnostics_);
        // Also when something is wrong, so that the token is known, and shown nowhere.
        spec_.control = ControlSpec{parse_listen_address(keys.listen).value_or(ListenAddress{}),
                                    keys.token.reveal()};
    }

    /// Takes the table `dead_letters`, which is no plain value, out of the pipeline's.
    void dead_letters(Value& pipeline) {
        const Value* table = pipeline.find("dead_letters");
        if (table == nullptr) {
            return;
        }
        DeadLetterKeys keys;
        read_host_table(dead_letter_options(), keys, *table, "pipeline.dead_letters", {},
                        diagnostics_);
        if (keys.max_bytes) {
            spec_.dead_letters = {keys.max_bytes->count, keys.when_full == "drop_oldest"};
        }
        std::erase_if(*pipeline.table(),
                      [](const auto& member) { return member.key == "dead_letters"; });
    }

    void section(std::string_view name, NodeKind kind) {
        Value* found = document_.root.find(name);
        const bool empty = found == nullptr ||
                           (found->table() != nullptr && found->table()->empty() && !found->broken);
        if (empty) {
            // A misspelt section holds the nodes that seem to be missing.
            if (kind != NodeKind::transform && !skipped_sections_) {
                diagnostics_.error(found != nullptr ? found->key_at : Position{1, 1},
                                   std::string{name},
                                   fmt::format("the pipeline has no {0}; add a table [{1}.NAME]",
                                               to_string(kind), name));
            }
            return;
        }
        if (found->table() == nullptr) {
            not_a_table(*found, std::string{name}, fmt::format("[{}.NAME]", name));
            return;
        }
        for (auto& [id, value] : *found->table()) {
            const std::string path = fmt::format("{}.{}", name, id);
            if (value.table() == nullptr) {
                not_a_table(value, path, fmt::format("[{}]", path));
                continue;
            }
            if (value.at.line == 0 && value.find("type") == nullptr) {
                unknown_node(*found, id, path);
                continue;
            }
            if (!is_lower_snake(id)) {
                diagnostics_.error(value.key_at, path_of(value, path),
                                   fmt::format("'{}' is no id; ids are made of a-z, 0-9 and '_', "
                                               "and begin with a letter",
                                               id));
            }
            spec_.nodes.push_back(read_node(kind, id, std::move(value), diagnostics_));
        }
    }
    /// `--set` named a node that the file does not have, and did not make one either.
    void unknown_node(const Value& nodes, const std::string& id, const std::string& path) {
        std::vector<std::string> ids;
        for (const auto& [other, value] : *nodes.table()) {
            if (value.at.line > 0) {
                ids.push_back(other);
            }
        }
        diagnostics_.error({}, "--set " + path,
                           "the file has no such node, and without a 'type' none can be made",
                           nearest(id, ids));
    }
    void not_a_table(const Value& value, const std::string& path, std::string_view header) {
        if (!value.broken) {
            diagnostics_.error(
                value.key_at, path_of(value, path),
                fmt::format("expected a table, written {}; found {}", header, found_text(value)));
        }
    }

    /// Inputs name nodes by id, so that an id stands for one node; the first keeps it.
    void unique_ids() {
        std::map<std::string, std::size_t> first;
        std::vector<NodeSpec> kept;
        for (NodeSpec& node : spec_.nodes) {
            const auto [earlier, added] = first.emplace(node.id, kept.size());
            if (added) {
                kept.push_back(std::move(node));
                continue;
            }
            const NodeSpec& other = kept[earlier->second];
            diagnostics_.error(
                node.at, path_of(node.options, node.path),
                fmt::format("the id '{}' is already that of {} on line {}; ids are unique over "
                            "sources, transforms and sinks",
                            node.id, other.path, other.at.line));
        }
        spec_.nodes = std::move(kept);
    }

    PipelineSpec& spec_;
    TomlDocument& document_;
    Diagnostics& diagnostics_;
    bool skipped_sections_ = false;
};

}  // namespace

PipelineSpec parse_pipeline(const std::string& text, const std::filesystem::path& file,
                            const Environment& environment, const std::vector<Override>& overrides,
                            Diagnostics& diagnostics) {
    PipelineSpec spec;
    spec.file = file;
    spec.name = file.stem().string();
    TomlDocument document = parse_toml(text, diagnostics);
    apply_overrides(document.root, overrides, diagnostics);
    interpolate(document.root, environment, diagnostics);
    if (document.readable) {
        PipelineReader{spec, document, diagnostics}.read();
    }
    return spec;
}

const std::vector<std::string>& reserved_keys() {
    static const std::vector<std::string> keys = {"type",  "inputs",   "queue",
                                                  "retry", "on_error", "journal"};
    return keys;
}

}  // namespace tsflow
