#pragma once

#include <set>
#include <string>

#include "row_list.hpp"
#include "table_match.hpp"

namespace tsflow::timescale {

/// Makes partitions of a plain PostgreSQL table, by ranges of the event time, as rows come that need them:
/// `bars_p20240102`, `bars_p202401` or `bars_p2024`, in UTC. One for each connection.
class TablePartitions {
public:
    /// Makes none.
    TablePartitions() = default;
    /// `each` is `day`, `month` or `year`.
    TablePartitions(const TableFacts& table, std::size_t time_field, std::string each);

    /// Makes those that are missing for these rows, in transactions of its own.
    void make_for(Connection& connection, const RowList& list);

private:
    struct Span {
        Date first;
        Date end;
        std::string suffix;
    };
    Span span_of(Date day) const;
    void make(Connection& connection, const Span& span) const;

    std::string table_;  // quoted
    std::string schema_;
    std::string name_;
    std::size_t time_field_ = 0;
    std::string each_;      // empty: none are made
    std::set<Date> known_;  // days of which the partition is there
};

/// Whether the sink makes the partitions of this table: it is partitioned by its event time, and `options` say
/// so.
bool makes_partitions(const TableFacts& table, const TableRequest& request,
                      const TableOptions& options);

}  // namespace tsflow::timescale
