#include <nlohmann/json.hpp>

#include <utility>

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
/// Any string may hold a variable, which is put in before the value is looked at.
constexpr const char* variable = R"(\$\{)";
constexpr const char* duration = R"(^([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h|d))+$|\$\{)";
constexpr const char* bytes = R"(^[0-9]+(\.[0-9]+)? ?(B|[kKMGT]B|[KMGT]iB)?$|\$\{)";

Json reference(const std::string& name) {
    return {{"$ref", "#/$defs/" + name}};
}

Json text(const char* pattern) {
    return {{"type", "string"}, {"pattern", pattern}};
}

Json choice(const std::vector<std::string>& choices) {
    if (choices.empty()) {
        return {{"type", "string"}};
    }
    return {{"anyOf", Json::array({Json{{"enum", choices}}, text(variable)})}};
}

Json size_in_bytes() {
    return {{"anyOf", Json::array({Json{{"type", "integer"}, {"minimum", 0}}, text(bytes)})}};
}

Json with(Json schema, const char* description) {
    schema["description"] = description;
    return schema;
}

Json json_value(OptionType type, const OptionValue& value) {
    if (type == OptionType::duration || type == OptionType::bytes || type == OptionType::date ||
        type == OptionType::timestamp) {
        std::string written = toml_text(type, value);
        std::erase(written, '"');
        return written;
    }
    return std::visit([](const auto& plain) { return Json(plain); }, value);
}

void add_range(Json& schema, const OptionInfo& option) {
    const auto number = [&](double limit) {
        return option.type == OptionType::integer ? Json(static_cast<std::int64_t>(limit))
                                                  : Json(limit);
    };
    if (option.min) {
        schema["minimum"] = number(*option.min);
    }
    if (option.max) {
        schema["maximum"] = number(*option.max);
    }
}

Json type_schema(const OptionInfo& option) {
    Json schema;
    switch (option.type) {
        case OptionType::boolean:
            return {{"type", "boolean"}};
        case OptionType::integer:
            schema["type"] = "integer";
            add_range(schema, option);
            return schema;
        case OptionType::real:
            schema["type"] = "number";
            add_range(schema, option);
            return schema;
        case OptionType::duration:
            return text(duration);
        case OptionType::bytes:
            return size_in_bytes();
        case OptionType::date:
        case OptionType::timestamp:
        case OptionType::path:
            return {{"type", "string"}};
        case OptionType::secret:
            return {{"type", "string"}, {"writeOnly", true}};
        case OptionType::text:
            return choice(option.choices);
        case OptionType::text_list:
            return {{"type", "array"}, {"items", choice(option.choices)}};
    }
    return schema;
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

Json table_schema(const NodeType& type) {
    Json properties{{"type", {{"const", type.name}, {"description", type.doc}}}};
    for (const std::string& key : host_keys(type.kind)) {
        properties[key] = reference(key);
    }
    Json required{"type"};
    if (type.kind != NodeKind::source) {
        required.push_back("inputs");
    }
    for (const OptionInfo& option : type.options) {
        properties[option.name] = option_schema(option);
        if (option.required) {
            required.push_back(option.name);
        }
    }
    return {{"title", type.name},
            {"description", type.doc},
            {"type", "object"},
            {"properties", std::move(properties)},
            {"required", std::move(required)},
            {"additionalProperties", false}};
}

Json object(Json properties) {
    return {
        {"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
}

/// The keys of `host_keys`, each under its own name.
Json host_definitions() {
    const Json input{{"type", "string"}, {"minLength", 1}};
    const Json several{{"type", "array"}, {"items", input}, {"minItems", 1}};
    const Json named{{"type", "object"}, {"additionalProperties", input}, {"minProperties", 1}};
    const Json policies{"block", "drop_oldest", "drop_newest", "conflate"};

    Json queue = object(
        {{"batches", with({{"type", "integer"}, {"minimum", 1}}, "Batches that may wait.")},
         {"bytes", with(size_in_bytes(), "Memory that waiting batches may take.")},
         {"when_full", with(choice(policies), "What happens to a batch that finds it full.")}});
    Json retry = object(
        {{"attempts", with({{"type", "integer"}, {"minimum", 0}},
                           "Calls before the node fails; 0: for as long as the pipeline runs.")},
         {"initial", with(text(duration), "Longest delay before the second call.")},
         {"max", with(text(duration), "Longest delay before any call.")}});
    return {{"inputs",
             with({{"anyOf", Json::array({several, named})}},
                  "Nodes to read from: a list of NODE or NODE.PORT, or a table of named ones.")},
            {"queue", with(std::move(queue), "The queue in front of the node.")},
            {"retry", with(std::move(retry), "How calls are repeated that failed in passing.")},
            {"on_error", with(choice({"stop", "isolate"}),
                              "What a failure ends: the pipeline, or this branch only.")},
            {"journal", with({{"type", "boolean"}},
                             "Keep what a live source delivers on the disk until it was stored.")}};
}

Json pipeline_table() {
    return object(
        {{"name", with({{"type", "string"}, {"minLength", 1}},
                       "Name of the pipeline; the default is the file's name.")},
         {"state_dir", with({{"type", "string"}, {"minLength", 1}},
                            "Folder for checkpoints, journal and dead letters.")},
         {"checkpoint_interval", with(text(duration), "Time between two checkpoints.")},
         {"shutdown_timeout", with(text(duration), "Time that a drain may take.")},
         {"idle_timeout",
          with(text(duration), "Silence of a source after which it no longer holds back time.")}});
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
    Json properties{{"pipeline", pipeline_table()}};
    for (const NodeKind kind : {NodeKind::source, NodeKind::transform, NodeKind::sink}) {
        Json types = Json::array();
        for (const std::string& name : registry.names(kind)) {
            definitions["type." + name] = table_schema(registry.find(name)->type);
            types.push_back(reference("type." + name));
        }
        Json tables{{"type", "object"}};
        if (types.empty()) {
            tables["maxProperties"] = 0;
        } else {
            tables["additionalProperties"] = {{"oneOf", std::move(types)}};
        }
        properties[std::string{to_string(kind)} + "s"] = std::move(tables);
    }
    Json schema{
        {"$schema", dialect},
        {"title", "tsflow pipeline"},
        {"description", "A pipeline file of tsflow, with the plugins found on this machine."}};
    schema.update(object(std::move(properties)));
    schema["$defs"] = std::move(definitions);
    return print(schema);
}

}  // namespace tsflow
