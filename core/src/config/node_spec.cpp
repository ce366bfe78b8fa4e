#include "config/node_spec.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "config/host_options.hpp"
#include "config/host_table.hpp"
#include "config/inputs.hpp"

namespace tsflow {
namespace {

WhenFull when_full(std::string_view text) {
    return text == "drop_oldest"   ? WhenFull::drop_oldest
           : text == "drop_newest" ? WhenFull::drop_newest
           : text == "conflate"    ? WhenFull::conflate
           : text == "spill"       ? WhenFull::spill
                                   : WhenFull::block;
}

class NodeReader {
public:
    NodeReader(NodeSpec& node, const Value& table, Diagnostics& diagnostics)
        : node_(node), table_(table), diagnostics_(diagnostics) {}

    void read() {
        type();
        inputs();
        queue();
        retry();
        if (const auto text = plain("on_error")) {
            node_.on_error =
                std::get<std::string>(*text) == "isolate" ? OnError::isolate : OnError::stop;
        }
        journal();
    }

private:
    std::string path(std::string_view key) const { return fmt::format("{}.{}", node_.path, key); }
    void report(const Value& at, std::string_view key, std::string message) {
        const std::string where = key.empty() ? node_.path : path(key);
        diagnostics_.error(key.empty() ? at.key_at : at.at, path_of(at, where), std::move(message));
    }
    /// One of `node_options()`, if it is there and right.
    std::optional<OptionValue> plain(std::string_view key) {
        const auto& options = node_options();
        const auto option = std::find_if(options.begin(), options.end(),
                                         [key](const auto& o) { return o.name == key; });
        const Value* value = table_.find(key);
        return value == nullptr ? std::nullopt
                                : convert_option(*option, *value, path(key), {}, diagnostics_);
    }

    void type() {
        node_.type_at = table_.key_at;
        if (const Value* value = table_.find("type")) {
            node_.type_at = value->at;
            if (auto text = plain("type")) {
                node_.type = std::get<std::string>(std::move(*text));
                if (node_.type.empty()) {
                    report(*value, "type", "must not be empty; name a node type");
                }
            }
        } else if (!table_.broken) {
            report(table_, {},
                   "missing key 'type' (the node type that a plugin provides); add type = \"…\"");
        }
    }

    void inputs() {
        const Value* value = table_.find("inputs");
        node_.inputs_at = value != nullptr ? value->key_at : table_.key_at;
        if (node_.kind == NodeKind::source) {
            if (value != nullptr) {
                diagnostics_.error(value->key_at, path_of(*value, path("inputs")),
                                   "a source has no inputs; remove the key");
            }
        } else if (value != nullptr) {
            node_.inputs = read_inputs(*value, path("inputs"), diagnostics_);
        } else if (!table_.broken) {
            report(table_, {},
                   fmt::format("missing key 'inputs' (the nodes that feed this {}); add inputs = "
                               "[\"…\"]",
                               to_string(node_.kind)));
        }
    }

    void queue() {
        const Value* value = table_.find("queue");
        if (value == nullptr) {
            return;
        }
        if (node_.kind == NodeKind::source) {
            diagnostics_.error(value->key_at, path_of(*value, path("queue")),
                               "a source has no inputs that could queue; set the queue of the "
                               "nodes behind it");
            return;
        }
        QueueKeys keys;
        read_host_table(queue_options(), keys, *value, path("queue"), {}, diagnostics_);
        node_.queue = QueueSpec{static_cast<std::size_t>(keys.batches),
                                keys.bytes.count,
                                when_full(keys.when_full),
                                value->find("when_full") != nullptr,
                                keys.spill_bytes.count,
                                value->at};
    }

    void retry() {
        if (const Value* value = table_.find("retry")) {
            RetryKeys keys;
            read_host_table(retry_options(), keys, *value, path("retry"), {}, diagnostics_);
            node_.retry = {keys.attempts, keys.initial, keys.max};
        }
    }

    void journal() {
        const Value* value = table_.find("journal");
        if (value == nullptr) {
            return;
        }
        if (node_.kind != NodeKind::source) {
            diagnostics_.error(value->key_at, path_of(*value, path("journal")),
                               "the key applies to sources only; remove it");
            return;
        }
        JournalKeys keys;
        if (value->table() != nullptr) {
            read_host_table(journal_options(), keys, *value, path("journal"), {}, diagnostics_);
        } else if (const auto on = plain("journal"); !on || !std::get<bool>(*on)) {
            return;
        }
        node_.journal = JournalSpec{keys.max_bytes.count,
                                    keys.max_age,
                                    keys.keep,
                                    keys.when_full == "drop_oldest",
                                    keys.compression == "zstd",
                                    fsync_interval(keys.fsync).value_or(JournalSpec{}.fsync),
                                    value->key_at};
    }

    NodeSpec& node_;
    const Value& table_;
    Diagnostics& diagnostics_;
};

}  // namespace

NodeSpec read_node(NodeKind kind, const std::string& id, Value table, Diagnostics& diagnostics) {
    static constexpr std::array<std::string_view, 3> sections = {"sources", "transforms", "sinks"};
    NodeSpec node;
    node.id = id;
    node.kind = kind;
    node.path = fmt::format("{}.{}", sections[static_cast<std::size_t>(kind)], id);
    node.at = table.key_at;
    NodeReader{node, table, diagnostics}.read();

    const auto& reserved = reserved_keys();
    std::erase_if(*table.table(), [&](const auto& member) {
        return std::find(reserved.begin(), reserved.end(), member.key) != reserved.end();
    });
    node.options = std::move(table);
    return node;
}

bool is_lower_snake(std::string_view name) noexcept {
    const auto is_part = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    };
    return !name.empty() && name.front() >= 'a' && name.front() <= 'z' &&
           std::all_of(name.begin(), name.end(), is_part);
}

}  // namespace tsflow
