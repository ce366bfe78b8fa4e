#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checkpoints.hpp"
#include "common/sqlite/database.hpp"
#include "row_writer.hpp"
#include "table_sql.hpp"
#include "tsflow/node.hpp"
#include "tsflow/options.hpp"

namespace tsflow {

/// Keeps batches (by reference) until they fill a transaction or a checkpoint comes, and then inserts
/// them in one go. So the write lock is held only while rows are written, never while the sink waits
/// for more, and a transaction that fails can be tried again from the start.
class Sqlite final : public Sink {
public:
    static constexpr std::string_view name = "sqlite";
    static constexpr std::string_view doc =
        "Writes rows to a table of a SQLite database. Rows with a key replace those of the same "
        "key. "
        "Rows without one are appended; those written after the last checkpoint are removed at a "
        "restart, and those of the last run when a run starts from the beginning.";
    struct Config {
        std::filesystem::path path;
        std::string table;
        bool create = true;
        std::string timestamps = "iso8601";
        std::int64_t transaction_rows = 50'000;
        std::string synchronous = "full";
    };
    static void describe(Options<Config>& options);
    explicit Sqlite(Config config);

    void bind(const Ports& inputs) override;
    void open(Context& context) override;
    void close() noexcept override;
    void probe(Context& context) override;
    void write(const Batch& batch) override;
    void commit(const Checkpoint& checkpoint, StateWriter& state) override;
    void restore(StateReader& state) override;
    Repeats repeats() const noexcept override;

private:
    void flush(const Checkpoint* checkpoint);
    void begin_anew();
    void report_refused();
    std::int64_t last_rowid() const;
    std::int64_t remove_behind(std::int64_t rowid);

    Config config_;
    sqlite::Target target_;
    std::string rowid_;  // a name of the rowid that no column has
    Context* context_ = nullptr;
    // Ahead of all that refers to it, so that it goes last.
    sqlite::Database database_;
    sqlite::Checkpoints checkpoints_;
    sqlite::RowWriter writer_;

    bool begun_ = false;     // the table is there and holds what it should before the next row
    bool unsynced_ = false;  // a transaction was committed without a sync
    bool warned_ = false;
    std::uint64_t last_id_ = 0;
    std::vector<Batch> pending_;
    std::int64_t pending_rows_ = 0;
    Batch written_;  // the rows of the last transaction, and which of them were refused
    std::vector<sqlite::Refused> refused_;
};

}  // namespace tsflow
