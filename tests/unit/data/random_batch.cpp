#include "random_batch.hpp"

#include <bit>

#include "tsflow/builder.hpp"

namespace tsflow::test {

namespace {

Cell cell(const Batch& batch, std::size_t column, std::size_t row) {
    if (batch.is_null(column, row)) {
        return std::nullopt;
    }
    switch ((*batch.schema())[column].type) {
        case Type::boolean:
            return batch.column<bool>(column)[row];
        case Type::int64:
            return batch.column<std::int64_t>(column)[row];
        case Type::float64:
            return std::bit_cast<std::uint64_t>(batch.column<double>(column)[row]);
        case Type::timestamp:
            return std::int64_t{batch.column<Timestamp>(column)[row].time_since_epoch().count()};
        case Type::date:
            return std::int64_t{batch.column<Date>(column)[row].time_since_epoch().count()};
        case Type::string:
            return std::string{batch.strings(column)[row]};
        case Type::symbol:
            return std::string{batch.column<Symbol>(column)[row].text()};
    }
    return std::nullopt;
}

void push_random(BatchBuilder& builder, std::mt19937& random, std::size_t column, Type type) {
    const auto bits = (std::uint64_t{random()} << 32) | random();
    switch (type) {
        case Type::boolean:
            return builder.push(column, (bits & 1) != 0);
        case Type::int64:
            return builder.push(column, static_cast<std::int64_t>(bits));
        case Type::float64:
            return builder.push(column, std::bit_cast<double>(bits));
        case Type::timestamp:
            return builder.push(column, Timestamp{Duration{static_cast<std::int64_t>(bits)}});
        case Type::date:
            return builder.push(column, Date{Date::duration{static_cast<std::int32_t>(bits)}});
        case Type::string:
            return builder.push(column, std::string(bits % 20, static_cast<char>('a' + bits % 26)));
        case Type::symbol:
            return builder.push(column, Symbol::intern("S" + std::to_string(bits % 50)));
    }
}

}  // namespace

std::vector<Row> cells(const Batch& batch) {
    std::vector<Row> rows(batch.rows());
    for (std::size_t row = 0; row < batch.rows(); ++row) {
        for (std::size_t column = 0; column < batch.schema()->size(); ++column) {
            rows[row].push_back(cell(batch, column, row));
        }
    }
    return rows;
}

SchemaPtr every_type() {
    std::vector<Field> fields;
    for (const bool nullable : {false, true}) {
        for (const Type type : {Type::boolean, Type::int64, Type::float64, Type::timestamp,
                                Type::date, Type::string, Type::symbol}) {
            fields.push_back(
                Field{std::string{to_string(type)} + (nullable ? "_or_null" : ""), type, nullable});
        }
    }
    return Schema::make(std::move(fields));
}

Batch random_batch(std::mt19937& random, std::size_t rows, unsigned nulls) {
    BatchBuilder builder(every_type());
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t column = 0; column < builder.schema()->size(); ++column) {
            const Field& field = (*builder.schema())[column];
            if (field.nullable && random() % 100 < nulls) {
                builder.push_null(column);
            } else {
                push_random(builder, random, column, field.type);
            }
        }
    }
    return builder.finish();
}

}  // namespace tsflow::test
