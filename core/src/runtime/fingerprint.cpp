#include "runtime/fingerprint.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "tsflow/text.hpp"

namespace tsflow {
namespace {

const std::vector<OptionInfo> no_options;

const std::vector<OptionInfo>& options_of(const NodeSpec& spec, const Registry& registry) {
    const RegisteredType* found = registry.find(spec.type);
    return found == nullptr ? no_options : found->type.options;
}

const OptionInfo* find(const std::vector<OptionInfo>& options, const std::string& name) {
    const auto found = std::find_if(options.begin(), options.end(),
                                    [&](const OptionInfo& option) { return option.name == name; });
    return found == options.end() ? nullptr : &*found;
}

void collect(const Value& table, const std::vector<OptionInfo>& options,
             std::vector<std::string>& secrets) {
    if (table.table() == nullptr) {
        return;
    }
    for (const auto& [key, value] : *table.table()) {
        const OptionInfo* option = find(options, key);
        if (option == nullptr) {
            continue;
        }
        if (option->type == OptionType::secret && value.text() != nullptr) {
            secrets.push_back(*value.text());
        }
        if (const Value::Array* items = value.array()) {
            for (const Value& item : *items) {
                collect(item, option->nested, secrets);
            }
        }
    }
}

/// A value as text that does not depend on how the file is written.
class Canonical {
public:
    std::string text;

    void table(const Value::Table& members, const std::vector<OptionInfo>& options) {
        std::vector<const Value::Member*> sorted;
        for (const Value::Member& member : members) {
            sorted.push_back(&member);
        }
        std::sort(sorted.begin(), sorted.end(),
                  [](const auto* a, const auto* b) { return a->key < b->key; });
        text += '{';
        for (const Value::Member* member : sorted) {
            const OptionInfo* option = find(options, member->key);
            append_json_text(text, member->key);
            text += ':';
            if (option == nullptr || option->type != OptionType::secret) {
                value(member->value, option == nullptr ? no_options : option->nested);
            }
            text += ',';
        }
        text += '}';
    }

    void value(const Value& value, const std::vector<OptionInfo>& options) {
        std::visit([&](const auto& data) { plain(data, options); }, value.data);
    }

private:
    void plain(bool value, const std::vector<OptionInfo>&) { text += value ? "true" : "false"; }
    void plain(std::int64_t value, const std::vector<OptionInfo>&) {
        text += std::to_string(value);
    }
    void plain(double value, const std::vector<OptionInfo>&) { append_real(text, value); }
    void plain(const std::string& value, const std::vector<OptionInfo>&) {
        append_json_text(text, value);
    }
    void plain(const Value::DateTime& value, const std::vector<OptionInfo>&) { text += value.text; }
    void plain(const Value::Array& items, const std::vector<OptionInfo>& options) {
        text += '[';
        for (const Value& item : items) {
            value(item, options);
            text += ',';
        }
        text += ']';
    }
    void plain(const Value::Table& members, const std::vector<OptionInfo>& options) {
        table(members, options);
    }
};

std::uint64_t fnv1a(std::string_view bytes) {
    constexpr std::uint64_t basis = 0xcbf29ce484222325;
    constexpr std::uint64_t prime = 0x100000001b3;
    std::uint64_t hash = basis;
    for (const char byte : bytes) {
        hash = (hash ^ static_cast<unsigned char>(byte)) * prime;
    }
    return hash;
}

}  // namespace

Secrets secrets_of(const PipelineSpec& pipeline, const Registry& registry) {
    std::vector<std::string> values;
    for (const NodeSpec& node : pipeline.nodes) {
        collect(node.options, options_of(node, registry), values);
    }
    if (pipeline.control && !pipeline.control->token.empty()) {
        values.push_back(pipeline.control->token);
    }
    return Secrets(values);
}

std::string fingerprint(const PipelineSpec& pipeline, const Registry& registry) {
    std::vector<const NodeSpec*> nodes;
    for (const NodeSpec& node : pipeline.nodes) {
        nodes.push_back(&node);
    }
    std::sort(nodes.begin(), nodes.end(),
              [](const auto* a, const auto* b) { return a->path < b->path; });
    Canonical canonical;
    for (const NodeSpec* node : nodes) {
        canonical.text += fmt::format("{} {}\n", node->path, node->type);
        for (const InputSpec& input : node->inputs) {
            canonical.text += fmt::format("{}={}.{}\n", input.name, input.node, input.port);
        }
        if (const Value::Table* options = node->options.table()) {
            canonical.table(*options, options_of(*node, registry));
        }
        canonical.text += '\n';
    }
    return fmt::format("{:016x}", fnv1a(canonical.text));
}

}  // namespace tsflow
