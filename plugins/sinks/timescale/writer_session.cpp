#include "writer_session.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "key_order.hpp"
#include "newest_rows.hpp"

namespace tsflow::timescale {

namespace {

// Where rows are never new, one transaction in 32 is tried in vain.
constexpr std::uint32_t most_pause = 31;

/// The server's error, and the table whose rows it came upon.
class TableError : public SqlError {
public:
    TableError(const SqlError& error, std::size_t of) : SqlError(error), table(of) {}
    const std::size_t table;
};

}  // namespace

WriterSession::WriterSession(const WriterSetup& setup)
    : setup_(setup), partitions_(setup.partitions) {
    writers_.reserve(setup.tables.size());
    for (std::size_t i = 0; i < setup.tables.size(); ++i) {
        writers_.emplace_back(setup.tables[i], i);
        new_rows_.emplace_back(setup.bulk ? 0 : most_pause);
    }
}

Connection& WriterSession::connection() {
    if (connection_ && connection_->broken()) {
        connection_.reset();
    }
    if (!connection_) {
        for (WriterRows& writer : writers_) {
            writer.reconnected();
        }
        auto fresh = std::make_unique<Connection>(setup_.address);
        if (!setup_.settings.empty()) {
            fresh->execute(setup_.settings);
        }
        connection_ = std::move(fresh);
    }
    return *connection_;
}

Method WriterSession::method_of(std::size_t table) {
    if (!setup_.copy) {
        return Method::arrays;
    }
    if (!writers_[table].sql().can_copy_direct()) {
        return Method::staging;
    }
    const bool direct = !setup_.tables[table].keyed() || new_rows_[table].try_now();
    return direct ? Method::direct : Method::staging;
}

std::vector<Method> WriterSession::methods_of(const std::vector<Rows>& rows) {
    std::vector<Method> methods(rows.size(), Method::staging);
    for (std::size_t table = 0; table < rows.size(); ++table) {
        if (count_of(rows[table].newest) > 0) {
            methods[table] = method_of(table);
        }
    }
    return methods;
}

WriterSession::Rows WriterSession::rows_of(std::size_t table, const std::vector<Batch>& batches) {
    Rows rows;
    CopyRows& copy = writers_[table].copy();
    std::vector<RefusedRow> refused;
    for (std::size_t i = 0; i < batches.size(); ++i) {
        rows.sendable.push_back({batches[i], {}});
        RowsOf& of = rows.sendable.back();
        of.rows.resize(of.batch.rows());
        std::iota(of.rows.begin(), of.rows.end(), 0U);
        copy.start(of.batch);
        copy.refuse(of.rows, refused);
        for (RefusedRow& row : std::exchange(refused, {})) {
            rows.refused.push_back({i, std::move(row)});
        }
    }
    rows.newest = rows.sendable;
    const TargetTable& target = setup_.tables[table];
    if (target.keyed()) {
        KeyOrder order = order_by_key(rows.newest, target.key);
        if (!order.distinct && keep_newest(rows.newest, target.key, target.version)) {
            order = order_by_key(rows.newest, target.key);
        }
        rows.order = std::move(order.places);
    }
    return rows;
}

std::vector<Rejection> WriterSession::write(const TableBatches& batches,
                                            const Checkpoint* checkpoint) {
    std::vector<Rows> rows;
    for (std::size_t table = 0; table < batches.size(); ++table) {
        rows.push_back(rows_of(table, batches[table]));
        if (table < partitions_.size() && count_of(rows.back().newest) > 0) {
            partitions_[table].make_for(connection(), rows.back().newest);
        }
    }
    try {
        std::vector<Method> methods = methods_of(rows);
        if (!write_as_new(rows, methods, checkpoint)) {
            write_at_once(rows, methods, checkpoint);
        }
    } catch (const SqlError& error) {
        if (!blames_row(error.state())) {
            throw;
        }
        transact(rows, checkpoint, [&](Connection& at, std::size_t table, Rows& of) {
            write_by_bisection(at, setup_.copy, writers_[table], of.sendable, of.refused);
        });
    }
    std::vector<Rejection> rejections;
    for (Rows& of : rows) {
        std::sort(of.refused.begin(), of.refused.end(), [](const RefusedOf& a, const RefusedOf& b) {
            return std::pair(a.batch, a.row.row) < std::pair(b.batch, b.row.row);
        });
        for (const auto& [batch, refused] : of.refused) {
            rejections.push_back({of.sendable[batch].batch, refused.row,
                                  "SQLSTATE " + refused.state + ": " + refused.reason});
        }
    }
    return rejections;
}

/// Whether the rows that `methods` take for new ones were, and are written. Otherwise nothing is, and their
/// method is another: what else is wrong with them an upsert will tell, and there is what it can do and COPY cannot, such
/// as to write to a table with row security.
bool WriterSession::write_as_new(std::vector<Rows>& rows, std::vector<Method>& methods,
                                 const Checkpoint* checkpoint) {
    const auto taken_for_new = [&](std::size_t table) {
        return methods[table] == Method::direct && setup_.tables[table].keyed();
    };
    std::vector<std::size_t> tables;
    for (std::size_t table = 0; table < methods.size(); ++table) {
        if (taken_for_new(table)) {
            tables.push_back(table);
        }
    }
    if (tables.empty()) {
        return false;
    }
    try {
        write_at_once(rows, methods, checkpoint);
    } catch (const TableError& error) {
        if (!taken_for_new(error.table)) {
            throw;
        }
        new_rows_[error.table].were_not();
        for (const std::size_t table : tables) {
            methods[table] = Method::staging;
        }
        return false;
    }
    for (const std::size_t table : tables) {
        new_rows_[table].were_new();
    }
    return true;
}

/// Throws TableError when a row is to blame, whichever it is.
void WriterSession::write_at_once(std::vector<Rows>& rows, const std::vector<Method>& methods,
                                  const Checkpoint* checkpoint) {
    for (std::size_t table = 0; table < rows.size(); ++table) {
        if (count_of(rows[table].newest) > 0) {
            writers_[table].prepare(connection(), methods[table]);
        }
    }
    transact(rows, checkpoint, [&](Connection& at, std::size_t table, Rows& of) {
        try {
            writers_[table].write(at, methods[table], of.newest, of.order);
        } catch (const SqlError& error) {
            throw TableError(error, table);
        }
    });
}

template <class WriteTable>
void WriterSession::transact(std::vector<Rows>& rows, const Checkpoint* checkpoint,
                             WriteTable&& write_table) {
    take_cut();  // of rows that were sent in vain
    Connection& at = connection();
    Transaction transaction(at);
    for (std::size_t table = 0; table < rows.size(); ++table) {
        if (count_of(rows[table].newest) > 0) {
            write_table(at, table, rows[table]);
            if (table < setup_.touched.size()) {
                setup_.touched[table].put_down(at, rows[table].sendable, setup_.clock->now());
            }
        }
    }
    if (checkpoint != nullptr) {
        setup_.checkpoints.store(at, *checkpoint);
    }
    transaction.commit();
}

std::uint64_t WriterSession::take_cut() noexcept {
    std::uint64_t cut = 0;
    for (WriterRows& writer : writers_) {
        cut += writer.copy().take_cut();
    }
    return cut;
}

}  // namespace tsflow::timescale
