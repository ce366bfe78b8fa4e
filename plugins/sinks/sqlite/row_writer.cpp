#include "row_writer.hpp"

#include <algorithm>
#include <numeric>

#include "tsflow/error.hpp"

namespace tsflow::sqlite {

namespace {

/// What a row itself is to blame for; its statement is taken back, the transaction goes on.
bool refuses_row(int code) {
    const int kind = code & 0xff;
    return kind == SQLITE_CONSTRAINT || kind == SQLITE_MISMATCH || kind == SQLITE_TOOBIG;
}

}  // namespace

RowWriter::RowWriter(const Database& database, const Target& target)
    : database_(&database),
      table_(target.table),
      insert_(database.prepare(insert_sql(target))),
      binder_(target, insert_) {}

std::vector<Refused> RowWriter::insert(const Batch& rows) {
    std::vector<Refused> refused;
    sqlite3_stmt* statement = insert_.get();
    binder_.start(rows);
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        int code = binder_.bind(row);
        code = code == SQLITE_OK ? sqlite3_step(statement) : code;
        if (code == SQLITE_DONE) {
            sqlite3_reset(statement);
            continue;
        }
        const std::string message =
            code == SQLITE_TOOBIG ? sqlite3_errstr(code) : database_->message();
        sqlite3_reset(statement);
        if (!refuses_row(code)) {
            database_->fail(code);
        }
        if (!database_->in_transaction()) {
            throw Error("SQLite database " + database_->quoted() + ": a trigger of table '" +
                        table_ + "' took back the whole transaction (" + message +
                        "); let it use RAISE(ABORT, …)");
        }
        refused.push_back({row, message});
    }
    return refused;
}

Batch in_table_order(const std::vector<Batch>& batches) {
    Batch rows = batches.size() == 1 ? batches.front() : concat(batches);
    const Schema& schema = *rows.schema();
    if (schema.key().empty() || schema[schema.key().front()].type != Type::symbol) {
        return rows;
    }
    const auto symbols = rows.column<Symbol>(schema.key().front());
    const auto before = [&](std::uint32_t a, std::uint32_t b) {
        return symbols[a].code() < symbols[b].code();
    };
    std::vector<std::uint32_t> order(rows.rows());
    std::iota(order.begin(), order.end(), 0U);
    if (std::is_sorted(order.begin(), order.end(), before)) {
        return rows;
    }
    std::stable_sort(order.begin(), order.end(), before);
    return take(rows, order);
}

}  // namespace tsflow::sqlite
