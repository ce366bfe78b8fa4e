#include "aggregates_touched.hpp"

#include <algorithm>
#include <array>

namespace tsflow::timescale {

TouchedRanges::TouchedRanges(const TableFacts& table, std::size_t time_field,
                             const std::vector<Aggregate>& aggregates, TouchedFlag flag)
    : flag_(std::move(flag)), table_(table.quoted()), time_field_(time_field) {
    bool all = false;
    for (const Aggregate& aggregate : aggregates) {
        if (!aggregate.has_policy) {
            active_ = all = true;
        } else if (aggregate.reach) {
            active_ = true;
            reach_ = std::min(reach_.value_or(*aggregate.reach), *aggregate.reach);
        }
    }
    if (all) {
        reach_.reset();
    }
}

std::optional<TimeRange> TouchedRanges::late(const RowList& list, Timestamp now) const {
    const Timestamp horizon = reach_ ? now - *reach_ : Timestamp::max();
    std::optional<TimeRange> range;
    for (const RowsOf& of : list) {
        const auto times = of.batch.column<Timestamp>(time_field_);
        for (const std::uint32_t row : of.rows) {
            const Timestamp time = times[row];
            if (time < horizon) {
                range = range ? TimeRange{std::min(range->first, time), std::max(range->last, time)}
                              : TimeRange{time, time};
            }
        }
    }
    return range;
}

void TouchedRanges::put_down(Connection& connection, const RowList& list, Timestamp now) const {
    const auto range = active_ ? late(list, now) : std::nullopt;
    if (!range) {
        return;
    }
    const std::string first = format_timestamp(range->first);
    const std::string last = format_timestamp(range->last);
    const std::array parameters{text_parameter(table_), text_parameter(first),
                                text_parameter(last)};
    connection.execute(
        "INSERT INTO tsflow.touched_ranges (table_name, first, last) VALUES ($1, $2, $3)",
        parameters);
    flag_->store(true);
}

void put_down_all(Connection& connection, const TableFacts& table, const std::string& time_column) {
    const ColumnFacts* column = table.find(time_column);
    // The others are UTC, whatever the session's time zone.
    const bool zoned = column != nullptr && column->type == SqlType::timestamptz;
    const std::string time =
        Connection::quoted(time_column) + (zoned ? "" : "::timestamp AT TIME ZONE 'UTC'");
    connection.execute("INSERT INTO tsflow.touched_ranges (table_name, first, last) SELECT " +
                       Connection::literal(table.quoted()) + ", min(" + time + "), max(" + time +
                       ") FROM " + table.quoted() + " HAVING count(*) > 0");
}

}  // namespace tsflow::timescale
