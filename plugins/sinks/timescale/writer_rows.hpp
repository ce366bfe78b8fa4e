#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "connection.hpp"
#include "copy_rows.hpp"
#include "row_list.hpp"
#include "writer_sql.hpp"

namespace tsflow::timescale {

/// How rows get into a table; docs/decisions/0010 measures them.
enum class Method : std::uint8_t {
    staging,  ///< COPY to a temporary table, then INSERT … ON CONFLICT out of it
    arrays,   ///< INSERT … ON CONFLICT out of array parameters: for servers without COPY
    direct,   ///< COPY into the table itself: rows are appended, or taken for new ones
};

/// Writes rows of one table over one connection, within a transaction of the caller's. All of its calls
/// throw what Connection throws.
class WriterRows {
public:
    WriterRows(const TargetTable& target, std::size_t number)
        : sql_(target, number), copy_(target) {}

    /// Makes what write() needs, in front of the transaction.
    void prepare(Connection& connection, Method method);
    /// Rows of which no two have the same key, in `order` (places in the list; empty: as they came) unless
    /// they go as arrays. Throws Error when the server's count of them is another.
    void write(Connection& connection, Method method, const RowList& list,
               std::span<const std::uint32_t> order = {});

    CopyRows& copy() noexcept { return copy_; }
    const WriterSql& sql() const noexcept { return sql_; }
    /// The connection is another one: what was made on it is gone.
    void reconnected() noexcept { prepared_ = false; }

    /// Sends rows by a COPY. Throws Error when the server's count of them is another.
    void copy_in(Connection& connection, const std::string& sql, const RowList& list, bool numbered,
                 std::span<const std::uint32_t> order = {});
    /// A statement that takes the rows as arrays.
    Answer execute_with_arrays(Connection& connection, const std::string& sql, const RowList& list,
                               bool numbered);

private:
    void put_as_they_came(Connection& connection, const RowList& list, bool numbered);
    void put_in_order(Connection& connection, const RowList& list,
                      std::span<const std::uint32_t> order);
    void check(Connection& connection, std::int64_t taken, std::int64_t sent,
               const std::function<std::int64_t()>& count_newer) const;

    WriterSql sql_;
    CopyRows copy_;
    Bytes buffer_;
    Bytes rows_;  // of a transaction, before they are put in order
    std::vector<std::size_t> ends_;
    bool prepared_ = false;
};

}  // namespace tsflow::timescale
