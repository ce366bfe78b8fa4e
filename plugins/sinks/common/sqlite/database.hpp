#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tsflow::sqlite {

/// A prepared statement. Texts are bound without a copy: they must live until the next step.
class Statement {
public:
    Statement() = default;
    explicit operator bool() const noexcept { return handle_ != nullptr; }
    sqlite3_stmt* get() const noexcept { return handle_.get(); }

    Statement& bind(int at, std::string_view text);
    Statement& bind(int at, std::int64_t value);
    Statement& bind_blob(int at, std::string_view bytes);
    Statement& bind_null(int at);
    /// True when there is a row; throws as Database::fail() does.
    bool step();
    /// Ends a run before its last row, so that values can be bound and locks are given back.
    void reset() noexcept { sqlite3_reset(get()); }
    std::int64_t integer(int column) const { return sqlite3_column_int64(get(), column); }
    std::string text(int column) const;
    bool is_null(int column) const { return sqlite3_column_type(get(), column) == SQLITE_NULL; }

private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
    };
    const class Database* database_ = nullptr;
    std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

/// One connection. Errors are thrown as RetryableError when they may pass (the database is busy or the
/// disk full) and as Error otherwise, with the file's path and what to do.
class Database {
public:
    enum class Open {
        look,   ///< read-only, and makes no file beside it; for a moment in which nobody writes
        read,   ///< read-only, while others may write; the file must be there
        exist,  ///< the file must be there
        make    ///< the file and its folder are made when missing
    };
    void open(const std::filesystem::path& path, Open how);
    void close() noexcept;
    bool is_open() const noexcept { return handle_ != nullptr; }

    void execute(const std::string& sql);
    Statement prepare(const std::string& sql) const;
    bool read_only() const { return sqlite3_db_readonly(handle_.get(), "main") == 1; }
    bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
    std::string message() const { return sqlite3_errmsg(handle_.get()); }
    std::string quoted() const { return "'" + path_.string() + "'"; }
    /// How long a statement waits for the locks of other connections before it fails.
    void wait_for_locks(int milliseconds);
    /// Syncs what was committed without a sync.
    void sync();

    /// Throws for the result `code` of the last call.
    [[noreturn]] void fail(int code) const;

private:
    struct Close {
        void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
    };
    std::filesystem::path path_;
    std::unique_ptr<sqlite3, Close> handle_;
};

/// A write transaction: all or nothing. Takes the write lock at once.
class Transaction {
public:
    explicit Transaction(Database& database);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();
    void commit();

private:
    Database& database_;
};

}  // namespace tsflow::sqlite
