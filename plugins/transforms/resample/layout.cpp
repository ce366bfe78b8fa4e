#include "layout.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "tsflow/error.hpp"

namespace tsflow::resample {

namespace {

bool is_number(Type type) {
    return type == Type::int64 || type == Type::float64;
}

bool has_order(Type type) {
    return is_number(type) || type == Type::timestamp || type == Type::date;
}

bool applies(Function function, Type type) {
    switch (function) {
        case Function::min:
        case Function::max:
            return has_order(type);
        case Function::sum:
        case Function::mean:
            return is_number(type);
        default:
            return true;
    }
}

/// The rule for each column; throws for rules of columns that are not there or need none.
std::vector<std::optional<Rule>> assign(const Schema& input, const std::vector<Rule>& rules) {
    std::vector<std::optional<Rule>> assigned(input.size());
    for (const Rule& rule : rules) {
        const std::size_t column = input.index(rule.column, "aggregate");
        if (input[column].key || input[column].event_time) {
            throw ConfigError("aggregate", "'" + rule.column + "' is part of the " +
                                               (input[column].key ? "key" : "window") +
                                               " and stays as it is; remove its entry");
        }
        if (assigned[column]) {
            throw ConfigError("aggregate", "'" + rule.column + "' has two entries; keep one");
        }
        assigned[column] = rule;
    }
    return assigned;
}

bool can_weigh(const Schema& input, const Rule& rule) {
    const std::optional<std::size_t> weight = input.find(rule.weight);
    return rule.weight.empty() || (weight && is_number(input[*weight].type));
}

}  // namespace

Layout::Layout(const SchemaPtr& input, const std::vector<Rule>& rules) {
    const Schema& schema = *input;
    if (!schema.event_time()) {
        throw ConfigError("inputs",
                          "resample needs to know when a row happened, and no column of "
                          "the input is its event time");
    }
    if (schema.key().empty()) {
        throw ConfigError("inputs",
                          "resample tells a corrected row from a new one by the key, and "
                          "the input has none");
    }
    event_time = *schema.event_time();
    std::vector<std::optional<Rule>> assigned = assign(schema, rules);
    std::vector<Field> fields;
    std::string missing;
    for (std::size_t column = 0; column < schema.size(); ++column) {
        if (column == event_time) {
            Field start = schema[column];
            start.key = true;
            fields.push_back(std::move(start));
            outputs.push_back({.from = Output::From::start, .type = Type::timestamp});
            continue;
        }
        if (schema[column].key) {
            fields.push_back(schema[column]);
            outputs.push_back({.from = Output::From::key, .key = group_columns.size()});
            group_columns.push_back(column);
            continue;
        }
        std::optional<Rule>& rule = assigned[column];
        if (!rule) {
            rule = conventional_rule(schema[column].name);
            if (rule &&
                (!applies(rule->function, schema[column].type) || !can_weigh(schema, *rule))) {
                rule.reset();
            }
        }
        if (!rule) {
            missing += (missing.empty() ? "'" : ", '") + schema[column].name + "'";
        } else if (rule->function != Function::drop) {
            fields.push_back(add_cells(schema, column, *rule));
        }
    }
    if (!missing.empty()) {
        throw ConfigError("aggregate",
                          "there is no rule for " + missing +
                              "; add an entry \"column:function\" for each, with one of the "
                              "functions " +
                              std::string{function_names()});
    }
    std::vector<Field> key;
    for (std::size_t column : group_columns) {
        key.push_back(schema[column]);
    }
    group = Schema::make(std::move(key));
    output = Schema::make(std::move(fields));
}

Field Layout::add_cells(const Schema& input, std::size_t column, const Rule& rule) {
    Field field = input[column];
    if (!applies(rule.function, field.type)) {
        throw ConfigError("aggregate", "'" + std::string{to_string(rule.function)} +
                                           "' cannot be made of '" + field.name + "', which is " +
                                           std::string{to_string(field.type)} +
                                           "; take first, last, count or drop");
    }
    Output output_column{
        .function = rule.function, .type = field.type, .cell = cell_of(input, column)};
    if (!rule.weight.empty()) {
        const std::size_t weight = input.index(rule.weight, "aggregate");
        if (!is_number(input[weight].type)) {
            throw ConfigError("aggregate", "'" + rule.weight + "' cannot weigh a mean: it is " +
                                               std::string{to_string(input[weight].type)} +
                                               " and no number");
        }
        output_column.weight = cell_of(input, weight);
    }
    outputs.push_back(output_column);
    if (rule.function == Function::mean) {
        field.type = Type::float64;
    } else if (rule.function == Function::count) {
        field.type = Type::int64;
        field.unit = "count";
        field.nullable = false;
    }
    return field;
}

std::size_t Layout::cell_of(const Schema& input, std::size_t column) {
    const auto known = std::find_if(cells.begin(), cells.end(),
                                    [column](const Cell& cell) { return cell.column == column; });
    if (known != cells.end()) {
        return static_cast<std::size_t>(known - cells.begin());
    }
    cells.push_back({column, input[column].type, input[column].nullable});
    kept += (kept.empty() ? "" : ", ") + input[column].to_string();
    return cells.size() - 1;
}

}  // namespace tsflow::resample
