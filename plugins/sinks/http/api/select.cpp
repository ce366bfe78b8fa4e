#include "api/select.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>

#include "tsflow/text.hpp"
#include "tsflow/time.hpp"

namespace tsflow::http {

namespace {

bool is_absent(const Table::Cell& cell) noexcept {
    return cell.null || (cell.type == Type::float64 && std::isnan(cell.real()));
}

template <class T>
std::optional<T> parse_number(std::string_view text) {
    T number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

std::optional<std::uint64_t> parse_word(Type type, std::string_view text) {
    switch (type) {
        case Type::boolean:
            return text == "true"    ? std::optional<std::uint64_t>{1}
                   : text == "false" ? std::optional<std::uint64_t>{0}
                                     : std::nullopt;
        case Type::int64:
            if (const auto number = parse_number<std::int64_t>(text)) {
                return static_cast<std::uint64_t>(*number);
            }
            return std::nullopt;
        case Type::float64:
            if (const auto number = parse_number<double>(text)) {
                return std::bit_cast<std::uint64_t>(*number);
            }
            return std::nullopt;
        case Type::timestamp:
            if (const auto time = parse_timestamp(text)) {
                return static_cast<std::uint64_t>(time->time_since_epoch().count());
            }
            return std::nullopt;
        case Type::date:
            if (const auto date = parse_date(text)) {
                return static_cast<std::uint64_t>(std::int64_t{date->time_since_epoch().count()});
            }
            return std::nullopt;
        case Type::string:
        case Type::symbol:
            return 0;
    }
    return std::nullopt;
}

/// What rows are ordered by: the wanted column, then the key, or arrival where there is none.
class Order {
public:
    Order(const Table& table, const RowQuery& query)
        : table_(table), descending_(query.descending) {
        if (query.order) {
            columns_.push_back(*query.order);
        }
        for (const std::size_t column : table.schema().key()) {
            if (column != query.order) {
                columns_.push_back(column);
            }
        }
        by_arrival_ = table.schema().key().empty();
        has_wanted_ = query.order.has_value();
    }

    bool operator()(Table::Slot a, Table::Slot b) const {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const int sign =
                signed_for(i, table_.cell(a, columns_[i]), table_.cell(b, columns_[i]));
            if (sign != 0) {
                return sign < 0;
            }
        }
        return by_arrival_ && table_.sequence_of(a) < table_.sequence_of(b);
    }

    bool is_behind(Table::Slot slot, const std::vector<Value>& after) const {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const int sign = signed_for(i, table_.cell(slot, columns_[i]), after[i].view());
            if (sign != 0) {
                return sign > 0;
            }
        }
        return by_arrival_ && table_.sequence_of(slot) > after.back().cell.word;
    }

    std::size_t size() const noexcept { return columns_.size() + (by_arrival_ ? 1 : 0); }
    Type type(std::size_t index) const noexcept {
        return index < columns_.size() ? table_.schema()[columns_[index]].type : Type::int64;
    }
    Table::Cell value(Table::Slot slot, std::size_t index) const noexcept {
        return index < columns_.size() ? table_.cell(slot, columns_[index])
                                       : Table::Cell{Type::int64, false, table_.sequence_of(slot)};
    }

private:
    /// Descending is the wanted column alone, and what is absent comes last all the same.
    int signed_for(std::size_t index, const Table::Cell& a, const Table::Cell& b) const noexcept {
        const int sign = compare(a, b);
        return index == 0 && has_wanted_ && descending_ && !is_absent(a) && !is_absent(b) ? -sign
                                                                                          : sign;
    }

    const Table& table_;
    std::vector<std::size_t> columns_;
    bool descending_ = false;
    bool by_arrival_ = false;
    bool has_wanted_ = false;
};

constexpr char field_end = '\x1f';

std::string cursor_of(const Order& order, Table::Slot slot) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    const auto append = [&](std::string_view text) {
        for (const char c : text) {
            hex += digits[static_cast<unsigned char>(c) / 16];
            hex += digits[static_cast<unsigned char>(c) % 16];
        }
    };
    for (std::size_t i = 0; i < order.size(); ++i) {
        const Table::Cell cell = order.value(slot, i);
        if (cell.null) {
            append("-");
        } else if (cell.type == Type::string || cell.type == Type::symbol) {
            append("=");
            append(cell.text);
        } else {
            append("=" + std::to_string(cell.word));
        }
        append({&field_end, 1});
    }
    return hex;
}

std::vector<Value> parse_cursor(const Order& order, std::string_view hex) {
    const auto refuse = [] {
        return BadRequest("after", "after must be what an answer gave as `next`");
    };
    std::string text;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        unsigned byte = 0;
        const auto [end, error] = std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
        if (error != std::errc{} || end != hex.data() + i + 2) {
            throw refuse();
        }
        text += static_cast<char>(byte);
    }
    std::vector<Value> after;
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t end = rest.find(field_end);
        if (end == std::string_view::npos || end == 0 || after.size() == order.size()) {
            throw refuse();
        }
        Value value;
        value.cell.type = order.type(after.size());
        value.cell.null = rest.front() == '-';
        value.text = rest.substr(1, end - 1);
        if (!value.cell.null && value.cell.type != Type::string &&
            value.cell.type != Type::symbol) {
            const auto word = parse_number<std::uint64_t>(value.text);
            if (!word) {
                throw refuse();
            }
            value.cell.word = *word;
        }
        after.push_back(std::move(value));
        rest.remove_prefix(end + 1);
    }
    if (hex.size() % 2 != 0 || after.size() != order.size()) {
        throw refuse();
    }
    return after;
}

bool holds(const RowQuery::Condition& condition, const Table::Cell& cell) {
    if (is_absent(cell)) {
        return false;
    }
    const int sign = compare(cell, condition.value.view());
    switch (condition.is) {
        case RowQuery::Is::equal:
            return sign == 0;
        case RowQuery::Is::less:
            return sign < 0;
        case RowQuery::Is::at_most:
            return sign <= 0;
        case RowQuery::Is::greater:
            return sign > 0;
        case RowQuery::Is::at_least:
            return sign >= 0;
    }
    return false;
}

std::size_t column_named(const Table& table, std::string_view name, const std::string& parameter) {
    if (const auto column = table.schema().find(name)) {
        return *column;
    }
    std::vector<std::string> names;
    for (const Field& field : table.schema().fields()) {
        names.push_back(field.name);
    }
    if (parameter == name) {  // then it may have been meant to be one of the other parameters
        names.insert(names.end(), row_query_words().begin(), row_query_words().end());
    }
    const std::string near = nearest(name, names);
    throw BadRequest(parameter, "table '" + table.name() + "' has no column '" + std::string{name} +
                                    "'" + (near.empty() ? "" : "; did you mean '" + near + "'?"));
}

RowQuery::Condition parse_condition(const Table& table, const std::string& name,
                                    const std::string& text) {
    static constexpr std::pair<std::string_view, RowQuery::Is> suffixes[] = {
        {".lt", RowQuery::Is::less},
        {".lte", RowQuery::Is::at_most},
        {".gt", RowQuery::Is::greater},
        {".gte", RowQuery::Is::at_least}};
    RowQuery::Condition condition;
    std::string_view column = name;
    for (const auto& [suffix, is] : suffixes) {
        if (column.ends_with(suffix)) {
            column.remove_suffix(suffix.size());
            condition.is = is;
            break;
        }
    }
    condition.column = column_named(table, column, name);
    const Field& field = table.schema()[condition.column];
    auto value = parse_value(field.type, text);
    if (!value) {
        throw BadRequest(name, "'" + text + "' is no value of column '" + field.name +
                                   "', which is of type " + std::string{to_string(field.type)});
    }
    condition.value = *std::move(value);
    return condition;
}

}  // namespace

Table::Cell Value::view() const noexcept {
    Table::Cell result = cell;
    result.text = text;
    return result;
}

std::optional<Value> parse_value(Type type, std::string_view text) {
    const auto word = parse_word(type, text);
    if (!word) {
        return std::nullopt;
    }
    Value value;
    value.cell.type = type;
    value.cell.word = *word;
    value.text = text;
    return value;
}

int compare(const Table::Cell& a, const Table::Cell& b) noexcept {
    const bool no_a = is_absent(a);
    const bool no_b = is_absent(b);
    if (no_a || no_b) {
        return static_cast<int>(no_a) - static_cast<int>(no_b);
    }
    switch (a.type) {
        case Type::float64:
            return static_cast<int>(a.real() > b.real()) - static_cast<int>(a.real() < b.real());
        case Type::string:
        case Type::symbol:
            return a.text.compare(b.text);
        default:
            return static_cast<int>(a.integer() > b.integer()) -
                   static_cast<int>(a.integer() < b.integer());
    }
}

const std::vector<std::string>& row_query_words() {
    static const std::vector<std::string> words = {"limit",   "order",   "after",
                                                   "columns", "per_key", "format"};
    return words;
}

RowQuery parse_row_query(const Table& table, const Target& target) {
    RowQuery query;
    query.limit = static_cast<std::size_t>(target.integer("limit", default_limit, 1, most_rows));
    query.per_key = static_cast<std::size_t>(target.integer("per_key", 0, 0, most_rows));
    if (std::string order = target.text("order"); !order.empty()) {
        query.descending = order.front() == '-';
        order.erase(0, query.descending ? 1 : 0);
        query.order = column_named(table, order, "order");
    }
    if (const std::string* columns = target.find("columns")) {
        std::string_view rest = *columns;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find(','), rest.size());
            query.columns.push_back(column_named(table, rest.substr(0, end), "columns"));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        if (query.columns.empty() || query.columns.size() > table.schema().size()) {
            throw BadRequest("columns", "columns must name columns of the table, each once");
        }
    } else {
        for (std::size_t i = 0; i < table.schema().size(); ++i) {
            query.columns.push_back(i);
        }
    }
    const auto& words = row_query_words();
    for (const auto& [name, text] : target.parameters) {
        if (std::find(words.begin(), words.end(), name) == words.end()) {
            query.conditions.push_back(parse_condition(table, name, text));
        }
    }
    if (const std::string* after = target.find("after")) {
        query.after = parse_cursor(Order(table, query), *after);
    }
    return query;
}

Selection select(const Table& table, const RowQuery& query) {
    const Order order(table, query);
    Selection result;
    const auto consider = [&](Table::Slot slot) {
        for (const RowQuery::Condition& condition : query.conditions) {
            if (!holds(condition, table.cell(slot, condition.column))) {
                return;
            }
        }
        if (query.after.empty() || order.is_behind(slot, query.after)) {
            result.slots.push_back(slot);
        }
    };
    const auto consider_series = [&](const Table::Series& series) {
        const std::size_t skip = query.per_key == 0 || query.per_key >= series.slots.size()
                                     ? 0
                                     : series.slots.size() - query.per_key;
        std::for_each(series.slots.begin() + static_cast<std::ptrdiff_t>(skip), series.slots.end(),
                      consider);
    };
    const auto of_symbol = std::find_if(
        query.conditions.begin(), query.conditions.end(), [&](const RowQuery::Condition& c) {
            return c.column == table.symbol_column() && c.is == RowQuery::Is::equal;
        });
    if (of_symbol != query.conditions.end()) {
        if (const auto* all = table.of(of_symbol->value.text)) {
            for (const Table::Series* series : *all) {
                consider_series(*series);
            }
        }
    } else {
        table.each_series(consider_series);
    }
    const std::size_t count = std::min(query.limit, result.slots.size());
    const bool more = result.slots.size() > count;
    std::partial_sort(result.slots.begin(),
                      result.slots.begin() + static_cast<std::ptrdiff_t>(count), result.slots.end(),
                      order);
    result.slots.resize(count);
    if (more) {
        result.next = cursor_of(order, result.slots.back());
    }
    return result;
}

}  // namespace tsflow::http
