#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aggregates.hpp"
#include "row_list.hpp"

namespace tsflow::timescale {

struct TimeRange {
    Timestamp first;
    Timestamp last;
};

/// Set by whoever puts something down, for whoever refreshes.
using TouchedFlag = std::shared_ptr<std::atomic<bool>>;

/// Puts down, in tsflow.touched_ranges and so in the rows' own transaction, the times of rows that came too
/// late for the policies of a table's continuous aggregates. A refresh takes them from there
/// (aggregates_refresh.hpp), in this run or, after a crash, in a later one.
class TouchedRanges {
public:
    /// Puts nothing down.
    TouchedRanges() = default;
    TouchedRanges(const TableFacts& table, std::size_t time_field,
                  const std::vector<Aggregate>& aggregates, TouchedFlag flag);

    /// Whether there are aggregates that may miss rows.
    bool active() const noexcept { return active_; }
    /// Within the transaction that writes these rows, at the time `now`.
    void put_down(Connection& connection, const RowList& list, Timestamp now) const;
    /// The times of those rows that policies may not see.
    std::optional<TimeRange> late(const RowList& list, Timestamp now) const;

private:
    bool active_ = false;
    TouchedFlag flag_;
    std::string table_;
    std::size_t time_field_ = 0;
    /// Rows older than this are late; none: all are, because an aggregate has no policy.
    std::optional<Duration> reach_;
};

/// Puts down the times of all rows that the table has.
void put_down_all(Connection& connection, const TableFacts& table, const std::string& time_column);

}  // namespace tsflow::timescale
