#include "sqlite.hpp"

#include <algorithm>
#include <set>

#include "common/append_file.hpp"
#include "table_check.hpp"
#include "tsflow/plugin.hpp"

namespace tsflow {

using sqlite::Database;
using sqlite::Statement;
using sqlite::TimeForm;
using sqlite::Transaction;

namespace {

constexpr int lock_wait_ms = 1'000;
// At a restart nothing else can be done meanwhile.
constexpr int restore_lock_wait_ms = 10'000;
// Four times SQLite's defaults: with a key of hundreds of symbols, rows go to as many places at once.
constexpr int cache_kib = 8 * 1024;
constexpr int log_pages = 4'000;
constexpr std::size_t most_columns = 2'000;  // SQLITE_MAX_COLUMN

TimeForm time_form(const std::string& text) {
    return text == "unix_ns"      ? TimeForm::unix_ns
           : text == "iso8601_ns" ? TimeForm::iso8601_ns
                                  : TimeForm::iso8601;
}

std::string lower(std::string text) {
    for (char& c : text) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    }
    return text;
}

}  // namespace

void Sqlite::describe(Options<Config>& options) {
    options
        .required("path", &Config::path,
                  "Database file; made, with its folder, when missing and 'create' is set")
        .such_as("out/data.sqlite");
    options.required("table", &Config::table, "Table to write").such_as("rows");
    options.optional("create", &Config::create,
                     "Whether to make the table when it is missing; an existing one is checked");
    options
        .optional("timestamps", &Config::timestamps,
                  "How times are stored: 'iso8601' as text that people and SQLite's date functions "
                  "read; 'iso8601_ns' as text of nine decimals, which sorts as time also below a "
                  "second; 'unix_ns' as integer nanoseconds, the smallest and fastest")
        .one_of({"iso8601", "iso8601_ns", "unix_ns"});
    options
        .optional("transaction_rows", &Config::transaction_rows,
                  "Rows, in whole batches, that make a transaction when no checkpoint comes first")
        .range(1, 10'000'000)
        .in("rows");
    options
        .optional("synchronous", &Config::synchronous,
                  "'full': a checkpoint waits for the disk, so that it outlives a power loss; "
                  "'normal': it outlives the end of the process only")
        .one_of({"full", "normal"});
}

Sqlite::Sqlite(Config config) : config_(std::move(config)) {
    const std::string table = lower(config_.table);
    if (table.empty() || table.find('\0') != std::string::npos) {
        throw ConfigError("table", "a table's name cannot be empty or hold a zero byte");
    }
    if (table.starts_with("sqlite_") || table == sqlite::Checkpoints::table) {
        throw ConfigError("table", "'" + config_.table + "' is a name that " +
                                       (table.starts_with("sqlite_") ? "SQLite" : "this sink") +
                                       " keeps for itself; choose another");
    }
}

void Sqlite::bind(const Ports& inputs) {
    target_ = {config_.table, only(inputs), time_form(config_.timestamps)};
    const Schema& schema = *target_.schema;
    if (schema.size() == 0 || schema.size() > most_columns) {
        throw ConfigError("inputs", "rows of " + std::to_string(schema.size()) +
                                        " columns do not fit a table of SQLite, which has 1 to " +
                                        std::to_string(most_columns));
    }
    std::set<std::string> names;
    for (const Field& field : schema.fields()) {
        if (field.name.find('\0') != std::string::npos) {
            throw ConfigError("inputs", "the name of a column holds a zero byte");
        }
        if (!names.insert(lower(field.name)).second) {
            throw ConfigError("inputs", "two columns are named '" + field.name +
                                            "' but for letter case, which SQLite does not "
                                            "distinguish; rename one");
        }
    }
    for (const char* alias : {"rowid", "_rowid_", "oid"}) {
        if (names.count(alias) == 0) {
            rowid_ = alias;
            return;
        }
    }
    if (!target_.keyed()) {
        throw ConfigError("inputs",
                          "rows without a key are told apart by their rowid, and columns "
                          "hide all its names; rename one of rowid, _rowid_ and oid");
    }
}

void Sqlite::open(Context& context) {
    close();
    context_ = &context;
    database_.open(config_.path, config_.create ? Database::Open::make : Database::Open::exist);
    database_.wait_for_locks(lock_wait_ms);
    // The first statement that reads the file: here another file than a database is found out.
    const bool exists = sqlite::has_table(database_, config_.table);
    if (database_.read_only()) {
        throw Error("SQLite database " + database_.quoted() +
                    " is read-only; grant write access to the file and its folder, or choose "
                    "another path");
    }
    if (!exists && !config_.create) {
        throw Error("SQLite database " + database_.quoted() + " has no table '" + config_.table +
                    "'; make it, or set create = true");
    }
    if (exists) {
        check_table(database_, target_);
    }
    database_.execute("PRAGMA journal_mode = WAL");
    database_.execute("PRAGMA synchronous = NORMAL");
    database_.execute("PRAGMA cache_size = -" + std::to_string(cache_kib));
    database_.execute("PRAGMA wal_autocheckpoint = " + std::to_string(log_pages));
    checkpoints_ = {database_, std::string{context.pipeline()}, std::string{context.node()}};
}

void Sqlite::close() noexcept {
    writer_ = {};
    checkpoints_ = {};
    database_.close();
    pending_.clear();
    pending_rows_ = 0;
    written_ = {};
    refused_.clear();
    begun_ = false;
    unsynced_ = false;
    last_id_ = 0;
}

void Sqlite::probe(Context&) {
    AppendFile::probe(config_.path);
    std::error_code ignored;
    if (!std::filesystem::exists(config_.path, ignored)) {
        if (!config_.create) {
            throw Error("SQLite database '" + config_.path.string() +
                        "' does not exist; check the path, or set create = true");
        }
        return;
    }
    Database database;
    database.open(config_.path, Database::Open::look);
    if (sqlite::has_table(database, config_.table)) {
        check_table(database, target_);
    } else if (!config_.create) {
        throw Error("SQLite database " + database.quoted() + " has no table '" + config_.table +
                    "'; make it, or set create = true");
    }
}

void Sqlite::write(const Batch& batch) {
    if (batch.empty()) {
        return;
    }
    pending_.push_back(batch);
    pending_rows_ += static_cast<std::int64_t>(batch.rows());
    if (pending_rows_ < config_.transaction_rows) {
        return;
    }
    try {
        flush(nullptr);
    } catch (...) {
        // The host passes this batch again; the earlier ones stay for the next try.
        pending_.pop_back();
        pending_rows_ -= static_cast<std::int64_t>(batch.rows());
        throw;
    }
    report_refused();
}

void Sqlite::commit(const Checkpoint& checkpoint, StateWriter& state) {
    const bool full = config_.synchronous == "full";
    if (full) {
        database_.execute("PRAGMA synchronous = FULL");
    }
    flush(&checkpoint);
    report_refused();
    if (full) {
        database_.execute("PRAGMA synchronous = NORMAL");
    }
    state.text(config_.table);
    state.integer(static_cast<std::int64_t>(last_id_));
    state.integer(target_.keyed() ? 0 : last_rowid());
}

/// Writes all that is pending in one transaction; with a checkpoint also that, and durably.
void Sqlite::flush(const Checkpoint* checkpoint) {
    const bool store = checkpoint != nullptr && checkpoint->id != 0;
    if (pending_.empty() && !store && begun_) {
        if (unsynced_ && config_.synchronous == "full") {
            database_.sync();
        }
        unsynced_ = false;
        return;
    }
    try {
        Transaction transaction(database_);
        if (!begun_) {
            begin_anew();
        }
        if (!pending_.empty()) {
            written_ = sqlite::in_table_order(pending_);
            refused_ = writer_.insert(written_);
        }
        if (store) {
            checkpoints_.store(*checkpoint, format_timestamp(context_->clock().now()));
        }
        transaction.commit();
    } catch (...) {
        if (!begun_) {  // then the statement is of a table that is gone again
            writer_ = {};
        }
        throw;
    }
    pending_.clear();
    pending_rows_ = 0;
    begun_ = true;
    last_id_ = store ? checkpoint->id : last_id_;
    unsynced_ = checkpoint == nullptr;
}

/// The first transaction of a run that has no checkpoint to return to.
void Sqlite::begin_anew() {
    if (!sqlite::has_table(database_, config_.table)) {
        database_.execute(create_sql(target_));
    }
    if (!target_.keyed()) {
        const auto first = checkpoints_.first_rowid();
        const std::int64_t removed = first ? remove_behind(*first) : 0;
        if (removed > 0) {
            context_->log(Level::info, "removed " + std::to_string(removed) +
                                           " rows that an earlier run wrote to table '" +
                                           config_.table + "', because this run starts anew");
        }
        checkpoints_.begin(first ? *first : last_rowid());
    }
    writer_ = {database_, target_};
}

/// After the transaction that they were in is safe.
void Sqlite::report_refused() {
    const Batch rows = std::exchange(written_, {});
    for (const sqlite::Refused& refused : std::exchange(refused_, {})) {
        context_->reject(rows, refused.row, refused.reason);
    }
    if (!warned_ && writer_.wrote_fraction()) {
        warned_ = true;
        context_->log(Level::warning,
                      "times with a fraction of a second do not sort as text beside whole seconds; "
                      "set timestamps = \"iso8601_ns\" or \"unix_ns\" and use a new table");
    }
}

std::int64_t Sqlite::last_rowid() const {
    Statement last =
        database_.prepare("SELECT max(" + rowid_ + ") FROM " + sqlite::quoted_name(config_.table));
    return last.step() ? last.integer(0) : 0;
}

std::int64_t Sqlite::remove_behind(std::int64_t rowid) {
    Statement remove = database_.prepare("DELETE FROM " + sqlite::quoted_name(config_.table) +
                                         " WHERE " + rowid_ + " > ?");
    remove.bind(1, rowid);
    remove.step();
    Statement count = database_.prepare("SELECT changes()");
    count.step();
    return count.integer(0);
}

void Sqlite::restore(StateReader& state) {
    const std::string table{state.text()};
    const std::int64_t id = state.integer();
    const std::int64_t rowid = state.integer();
    const std::string where = "SQLite database " + database_.quoted();
    const std::string advice =
        "; put the right file back, or delete the pipeline's state to start from the beginning";
    if (table != config_.table) {
        throw Error("up to the last checkpoint rows went to table '" + table +
                    "', and now 'table' is '" + config_.table +
                    "'; set it back, or delete the pipeline's state to start from the beginning");
    }
    if (!sqlite::has_table(database_, config_.table)) {
        throw Error(where + " has no table '" + config_.table + "', and checkpoint " +
                    std::to_string(id) + " was stored in it" + advice);
    }
    const std::int64_t stored = checkpoints_.id().value_or(0);
    if (stored < id) {
        throw Error(where + " is older than the pipeline's last checkpoint: it holds " +
                    (stored == 0 ? "no checkpoint" : "checkpoint " + std::to_string(stored)) +
                    " of " + std::string{context_->node()} + " in pipeline '" +
                    std::string{context_->pipeline()} + "', and the run stood at checkpoint " +
                    std::to_string(id) + ". It is another file, or a restored one" + advice);
    }
    if (!target_.keyed()) {
        database_.wait_for_locks(restore_lock_wait_ms);
        Transaction transaction(database_);
        remove_behind(rowid);
        transaction.commit();
        database_.wait_for_locks(lock_wait_ms);
    }
    writer_ = {database_, target_};
    last_id_ = static_cast<std::uint64_t>(id);
    begun_ = true;
}

Repeats Sqlite::repeats() const noexcept {
    return target_.keyed() ? Repeats::replaced : Repeats::removed;
}

}  // namespace tsflow

TSFLOW_PLUGIN("sqlite", "0.1.0") {
    plugin.add<tsflow::Sqlite>();
}
