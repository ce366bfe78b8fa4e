#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/sqlite/database.hpp"
#include "row_binder.hpp"
#include "table_sql.hpp"
#include "tsflow/batch.hpp"

namespace tsflow::sqlite {

/// A row that the table did not take.
struct Refused {
    std::size_t row;
    std::string reason;
};

/// Inserts rows into the target's table, which must exist.
class RowWriter {
public:
    RowWriter() = default;
    RowWriter(const Database& database, const Target& target);

    /// Within a transaction. Rows that a constraint refuses are left out and listed; for anything else
    /// it throws, and the transaction must be rolled back.
    std::vector<Refused> insert(const Batch& rows);
    /// Whether a time with a fraction of a second was written as iso8601.
    bool wrote_fraction() const noexcept { return binder_.wrote_fraction(); }

private:
    const Database* database_ = nullptr;
    std::string table_;
    Statement insert_;
    RowBinder binder_;
};

/// All rows of `batches`, those of one symbol together when a symbol leads the key: rows that are next to
/// each other in the table are then written together, and a page of the table once instead of once a
/// row. Rows of the same key keep their order.
Batch in_table_order(const std::vector<Batch>& batches);

}  // namespace tsflow::sqlite
