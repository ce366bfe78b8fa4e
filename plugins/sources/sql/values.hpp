#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "database.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/schema.hpp"
#include "tsflow/time.hpp"

namespace tsflow::sql {

/// A time zone by its IANA name, for times that the database holds without one.
class Zone {
public:
    /// Throws ConfigError at the option `timezone` for an unknown name.
    explicit Zone(const std::string& name);
    /// The first moment at which the zone's clocks show what `local` does in UTC.
    Timestamp to_utc(Timestamp local) const;

private:
    const void* zone_ = nullptr;  // date::time_zone, which is no name of this header; null: UTC
};

/// The moment that `value` means, or nothing. Texts are as parse_timestamp() and PostgreSQL write them, a
/// date stands for its midnight, and without a zone both are on the clock of `zone`. Whole numbers are
/// seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their magnitude; others
/// are seconds.
std::optional<Timestamp> to_timestamp(const Value& value, const Zone& zone);

/// How many of the whole numbers that mean times like `value` make a second.
std::int64_t units_per_second(std::int64_t value) noexcept;

/// Appends `value` to column `index`. False, and nothing is appended, when it is not of the field's type, or
/// null where it may not be.
bool push(BatchBuilder& rows, std::size_t index, const Field& field, const Value& value,
          const Zone& zone);

/// For messages and dead letters; null is empty.
std::string to_text(const Value& value);

}  // namespace tsflow::sql
