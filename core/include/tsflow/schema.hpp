#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tsflow/export.hpp"
#include "tsflow/fwd.hpp"

namespace tsflow {

/// What a column holds. In memory (and so in Arrow): `boolean` one byte a value (packed to bits on
/// export), `int64`, `float64`, `timestamp` int64 ns UTC, `date` int32 days, `string` UTF-8 with int32
/// offsets, `symbol` int32 codes into the shared dictionary (`symbol.hpp`).
enum class Type : std::uint8_t { boolean, int64, float64, timestamp, date, string, symbol };

/// `bool`, `int64`, `float64`, `timestamp`, `date`, `string`, `symbol`.
TSFLOW_API std::string_view to_string(Type type) noexcept;
TSFLOW_API std::optional<Type> parse_type(std::string_view text) noexcept;

/// One column. `unit` is free text compared for equality on edges: the common ones are `USD`, `shares`,
/// `percent`, `fraction`, `ns`, `count`; empty means dimensionless or unknown.
struct TSFLOW_API Field {
    std::string name;
    Type type = Type::float64;
    bool nullable = false;
    std::string unit = {};
    /// Part of the schema's key: what an upserting sink, `dedupe` and `conflate` go by.
    bool key = false;
    /// When the row happened; at most one field, of type timestamp, not nullable.
    bool event_time = false;

    bool operator==(const Field&) const = default;
    /// `close: float64 [USD]`, with `?` after a nullable type and `(key, event time)` behind.
    std::string to_string() const;
};

/// The ordered fields of a batch. Immutable; freely shared between threads.
class TSFLOW_API Schema {
public:
    /// Throws Error for an empty or repeated name, two event times, or a nullable key.
    static SchemaPtr make(std::vector<Field> fields);

    const std::vector<Field>& fields() const noexcept { return fields_; }
    std::size_t size() const noexcept { return fields_.size(); }
    const Field& operator[](std::size_t index) const noexcept { return fields_[index]; }

    std::optional<std::size_t> find(std::string_view name) const noexcept;
    /// The index of a column that must be there. Throws ConfigError, with the nearest name, if it is
    /// not; `option` is the setting that named it, for the message's position.
    std::size_t index(std::string_view name, std::string_view option = {}) const;
    /// As above; also throws ConfigError when type or (unless empty) unit differ.
    std::size_t require(std::string_view name, Type type, std::string_view unit = {},
                        std::string_view option = {}) const;

    /// Indices of the key fields, in order; empty when the schema has no key.
    const std::vector<std::size_t>& key() const noexcept { return key_; }
    std::optional<std::size_t> event_time() const noexcept { return event_time_; }

    bool operator==(const Schema& other) const noexcept { return fields_ == other.fields_; }
    /// `symbol: symbol (key), close: float64 [USD]`
    std::string to_string() const;

private:
    explicit Schema(std::vector<Field> fields);
    std::vector<Field> fields_;
    std::vector<std::size_t> key_;
    std::optional<std::size_t> event_time_;
};

/// True when both are the same object or hold equal fields.
TSFLOW_API bool same(const SchemaPtr& a, const SchemaPtr& b) noexcept;
/// A sentence on the first difference, such as `column 'close' is float64 [USD] here and int64 there`.
TSFLOW_API std::string difference(const Schema& here, const Schema& there);
/// `schema` with one more field, or with the field of the same name replaced.
TSFLOW_API SchemaPtr with_field(const SchemaPtr& schema, Field field);

}  // namespace tsflow
