#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "config/host_options.hpp"
#include "config/option_text.hpp"
#include "plugins/describe.hpp"
#include "plugins/host_keys.hpp"
#include "plugins/option_meaning.hpp"

// Editors complete from `properties`, `oneOf` and `$ref`; Taplo, behind Even Better TOML, does not look
// into `if`/`then`. So the tables of one kind are a `oneOf` over the types, told apart by a constant.

namespace tsflow {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* dialect = "https://json-schema.org/draft/2020-12/schema";
/// Any string may hold a variable, which is filled in before the value is looked at.
constexpr const char* variable = R"(\$\{)";
constexpr const char* duration = R"(^([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h|d))+$|\$\{)";
constexpr const char* bytes = R"(^[0-9]+(\.[0-9]+)? ?([kKMGT]B|[KMGT]iB|B)?$|\$\{)";
constexpr const char* identifier = "^[a-z][a-z0-9_]*$";
constexpr const char* input = R"(^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$|\$\{)";

Json reference(const std::string& name) {
    return {{"$ref", "#/$defs/" + name}};
}

Json text(const char* pattern) {
    return {{"type", "string"}, {"pattern", pattern}};
}

Json or_variable(Json schema) {
    return {{"anyOf", Json::array({std::move(schema), text(variable)})}};
}

Json choice(const std::vector<std::string>& choices) {
    return choices.empty() ? Json{{"type", "string"}} : or_variable({{"enum", choices}});
}

Json json_value(OptionType type, const OptionValue& value) {
    if (type == OptionType::duration || type == OptionType::bytes || type == OptionType::date ||
        type == OptionType::timestamp) {
        std::string written = toml_text(type, value);
        std::erase(written, '"');
        return written;
    }
    const auto plain = [](const auto& alternative) -> Json {
        if constexpr (std::is_same_v<decltype(alternative), const OptionTables&>) {
            return Json::array();  // the default of all lists of tables
        } else {
            return alternative;
        }
    };
    return std::visit(plain, value);
}

Json number(const char* type, const OptionInfo& option) {
    const auto limit = [&](double value) {
        constexpr double beyond_integers = 9.2e18;
        return option.type == OptionType::integer && std::abs(value) < beyond_integers
                   ? Json(static_cast<std::int64_t>(value))
                   : Json(value);
    };
    Json schema{{"type", type}};
    if (option.min) {
        schema["minimum"] = limit(*option.min);
    }
    if (option.max) {
        schema["maximum"] = limit(*option.max);
    }
    return schema;
}

Json options_schema(const std::vector<OptionInfo>& options);

Json tables(const OptionInfo& option) {
    Json schema{{"type", "array"}, {"items", options_schema(option.nested)}};
    if (option.min) {
        schema["minItems"] = static_cast<std::int64_t>(*option.min);
    }
    if (option.max) {
        schema["maxItems"] = static_cast<std::int64_t>(*option.max);
    }
    return schema;
}

Json type_schema(const OptionInfo& option) {
    switch (option.type) {
        case OptionType::boolean:
            return or_variable({{"type", "boolean"}});
        case OptionType::integer:
            return or_variable(number("integer", option));
        case OptionType::real:
            return or_variable(number("number", option));
        case OptionType::duration:
            return text(duration);
        case OptionType::bytes:
            return {{"anyOf", Json::array({{{"type", "integer"}, {"minimum", 0}}, text(bytes)})}};
        case OptionType::text:
            return choice(option.choices);
        case OptionType::text_list:
            return or_variable({{"type", "array"}, {"items", choice(option.choices)}});
        case OptionType::tables:
            return tables(option);
        case OptionType::secret:
            return {{"type", "string"}, {"writeOnly", true}};
        case OptionType::path:
            return option.choices.empty() ? Json{{"type", "string"}, {"minLength", 1}}
                                          : Json{{"type", "string"}};
        case OptionType::date:
        case OptionType::timestamp:
            break;
    }
    return {{"type", "string"}};  // as which editors hand on TOML's dates
}

Json option_schema(const OptionInfo& option) {
    Json schema = type_schema(option);
    schema["description"] = meaning(option, "`");
    if (const std::optional<OptionValue> value = shown_default(option)) {
        schema["default"] = json_value(option.type, *value);
    }
    if (option.example) {
        schema["examples"] = Json::array({json_value(option.type, *option.example)});
    }
    return schema;
}

/// A table with these options, of which it must have the required ones.
Json options_schema(const std::vector<OptionInfo>& options) {
    Json properties = Json::object();
    Json required = Json::array();
    for (const OptionInfo& option : options) {
        properties[option.name] = option_schema(option);
        if (option.required) {
            required.push_back(option.name);
        }
    }
    return {{"type", "object"},
            {"properties", std::move(properties)},
            {"required", std::move(required)},
            {"additionalProperties", false}};
}

Json table_schema(const NodeType& type) {
    Json schema{{"title", type.name}, {"description", type.doc}};
    schema.update(options_schema(type.options));
    schema["properties"]["type"] = {{"const", type.name}, {"description", type.doc}};
    schema["required"].push_back("type");
    for (const std::string& key : host_keys(type.kind)) {
        schema["properties"][key] = reference(key);
    }
    if (type.kind != NodeKind::source) {
        schema["required"].push_back("inputs");
    }
    return schema;
}

Json inputs_schema() {
    const Json list{{"type", "array"}, {"items", text(input)}, {"minItems", 1}};
    const Json named{{"type", "object"},
                     {"propertyNames", {{"pattern", identifier}}},
                     {"additionalProperties", text(input)},
                     {"minProperties", 1}};
    return {{"anyOf", Json::array({list, named})},
            {"description",
             "The nodes to read from: a list of `node` or `node.port`, or a table of "
             "named inputs."}};
}

/// The keys that the host has in the tables of nodes, each under its own name.
Json host_definitions() {
    Json definitions{{"inputs", inputs_schema()},
                     {"queue", options_schema(queue_options().list())},
                     {"retry", options_schema(retry_options().list())}};
    const Json journal = options_schema(journal_options().list());
    definitions["journal"] = {
        {"anyOf", Json::array({or_variable({{"type", "boolean"}}), journal})},
        {"description", "Whether what the source sends is kept in a log, and how."}};
    definitions["queue"]["description"] = "The queue in front of the node.";
    definitions["retry"]["description"] = "How calls are repeated that failed in passing.";
    for (const OptionInfo& option : node_options()) {
        if (option.name == "on_error") {
            definitions["on_error"] = option_schema(option);
        }
    }
    return definitions;
}

Json section(const Registry& registry, NodeKind kind) {
    Json types = Json::array();
    for (const std::string& name : registry.names(kind)) {
        types.push_back(reference("type." + name));
    }
    if (types.empty()) {
        return {{"type", "object"}, {"maxProperties", 0}};
    }
    return {{"type", "object"},
            {"propertyNames", {{"pattern", identifier}}},
            {"additionalProperties", {{"oneOf", std::move(types)}}}};
}

Json pipeline_table() {
    Json schema = options_schema(pipeline_options().list());
    Json letters = options_schema(dead_letter_options().list());
    letters["description"] = "What bounds the records that each node puts aside.";
    schema["properties"]["dead_letters"] = std::move(letters);
    return schema;
}

Json control_table() {
    Json schema = options_schema(control_options().list());
    schema["description"] = "Where metrics and status are served while the pipeline runs.";
    return schema;
}

std::string print(const Json& schema) {
    return schema.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace

std::string describe_json(const NodeType& type) {
    Json schema{{"$schema", dialect}};
    schema.update(table_schema(type));
    schema["$defs"] = host_definitions();
    return print(schema);
}

std::string pipeline_schema(const Registry& registry) {
    Json definitions = host_definitions();
    for (const RegisteredType* entry : registry.all()) {
        definitions["type." + entry->type.name] = table_schema(entry->type);
    }
    return print(
        {{"$schema", dialect},
         {"title", "tsflow pipeline"},
         {"description", "A pipeline file of tsflow, with the plugins found on this machine."},
         {"type", "object"},
         {"properties",
          {{"pipeline", pipeline_table()},
           {"control", control_table()},
           {"sources", section(registry, NodeKind::source)},
           {"transforms", section(registry, NodeKind::transform)},
           {"sinks", section(registry, NodeKind::sink)}}},
         {"required", Json::array({"sources", "sinks"})},
         {"additionalProperties", false},
         {"$defs", std::move(definitions)}});
}

}  // namespace tsflow
