#pragma once

#include <string>

#include "target_table.hpp"

namespace tsflow::timescale {

/// The statements that write rows to one table.
class WriterSql {
public:
    /// `number` tells this table's temporary tables from those of other tables on the connection.
    WriterSql(const TargetTable& target, std::size_t number);

    /// A temporary table for rows on their way, emptied at the end of each transaction.
    std::string create_staging() const;
    std::string copy_to_staging() const;
    std::string insert_staged() const;
    /// Of the staged rows, how many the table has in a newer version.
    std::string count_newer_staged() const;

    /// The rows as arrays, a parameter a column.
    std::string insert_arrays() const;
    std::string count_newer_in_arrays() const;

    /// Straight into the table, whose columns all take the rows' values as they are.
    std::string copy_direct() const;
    bool can_copy_direct() const;

    // For rows that are numbered, to find out which of them are refused:
    std::string create_numbered() const;
    std::string copy_to_numbered() const;
    std::string insert_arrays_to_numbered() const;
    /// Of the rows whose number is at least `from` and below `to`.
    std::string insert_numbered(const std::string& from, const std::string& to) const;
    std::string count_newer_numbered(const std::string& from, const std::string& to) const;

    const TargetTable& target() const noexcept { return target_; }

private:
    std::string insert_from(const std::string& rows) const;
    std::string count_newer_in(const std::string& rows) const;
    std::string arrays(bool numbered) const;
    std::string staged_columns() const;
    std::string typed_columns() const;

    const TargetTable& target_;
    std::string staging_;
    std::string numbered_;
};

}  // namespace tsflow::timescale
