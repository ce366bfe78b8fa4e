#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aggregates_touched.hpp"
#include "bisect.hpp"
#include "checkpoints.hpp"
#include "connection.hpp"
#include "copy_rows.hpp"
#include "new_rows.hpp"
#include "table_partitions.hpp"
#include "target_table.hpp"
#include "writer_rows.hpp"

namespace tsflow::timescale {

/// Rows on their way, by table and in order of arrival.
using TableBatches = std::vector<std::vector<Batch>>;

/// A row that the database refused.
struct Rejection {
    Batch batch;
    std::uint32_t row;
    std::string reason;
};

/// What all writers of a sink have in common.
struct WriterSetup {
    Address address;
    std::vector<TargetTable> tables;
    Checkpoints checkpoints;
    bool copy = true;  ///< the server knows COPY
    bool bulk = false;
    std::string settings = {};  ///< statements for each new connection
    /// A table each: where the times of late rows are put down, and partitions made as rows come.
    std::vector<TouchedRanges> touched = {};
    std::vector<TablePartitions> partitions = {};
    const Clock* clock = nullptr;
};

/// Writes rows in transactions over a connection that it makes, and makes anew when it is gone. One
/// thread at a time.
class WriterSession {
public:
    /// `setup` outlives the session.
    explicit WriterSession(const WriterSetup& setup);

    /// Writes all rows in one transaction, and the checkpoint if there is one. Rows that the database
    /// refuses are left out and returned. For anything else it throws, and nothing of it was kept; after
    /// a RetryableError it may be called again.
    std::vector<Rejection> write(const TableBatches& batches, const Checkpoint* checkpoint);
    void disconnect() noexcept { connection_.reset(); }

    /// How many times were finer than the server's since this was last asked.
    std::uint64_t take_cut() noexcept;

private:
    struct Rows {
        RowList sendable;                  // as they came
        RowList newest;                    // each key once
        std::vector<std::uint32_t> order;  // of the newest, as they are written
        std::vector<RefusedOf> refused;
    };
    Connection& connection();
    Method method_of(std::size_t table);
    std::vector<Method> methods_of(const std::vector<Rows>& rows);
    Rows rows_of(std::size_t table, const std::vector<Batch>& batches);
    template <class WriteTable>
    void transact(std::vector<Rows>& rows, const Checkpoint* checkpoint, WriteTable&& write_table);
    bool write_as_new(std::vector<Rows>& rows, std::vector<Method>& methods,
                      const Checkpoint* checkpoint);
    void write_at_once(std::vector<Rows>& rows, const std::vector<Method>& methods,
                       const Checkpoint* checkpoint);

    const WriterSetup& setup_;
    std::vector<WriterRows> writers_;
    std::vector<NewRows> new_rows_;
    std::vector<TablePartitions> partitions_;
    std::unique_ptr<Connection> connection_;
};

}  // namespace tsflow::timescale
