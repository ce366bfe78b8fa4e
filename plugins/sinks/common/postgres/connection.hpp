#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tsflow/error.hpp"
#include "tsflow/options.hpp"

struct pg_conn;
struct pg_result;

namespace tsflow::postgres {

/// The server refused a statement for what it says or for the rows in it. What may pass (the connection
/// is gone, a deadlock, no room) is a RetryableError instead.
class SqlError : public Error {
public:
    SqlError(std::string state, std::string reason, const std::string& message)
        : Error(message), state_(std::move(state)), reason_(std::move(reason)) {}
    /// SQLSTATE, five characters; https://www.postgresql.org/docs/current/errcodes-appendix.html
    const std::string& state() const noexcept { return state_; }
    /// The server's message alone.
    const std::string& reason() const noexcept { return reason_; }

private:
    std::string state_;
    std::string reason_;
};

/// Whether a row is to blame for the error: its values (class 22), a constraint (23), or a trigger that
/// raises an exception.
bool blames_row(std::string_view state) noexcept;

/// What a statement came back with.
class Answer {
public:
    Answer() = default;
    explicit Answer(pg_result* result) noexcept : result_(result) {}

    std::size_t rows() const noexcept;
    std::size_t columns() const noexcept;
    bool is_null(std::size_t row, std::size_t column) const noexcept;
    /// Of a column: its name, and the OID of its type.
    std::string_view name(std::size_t column) const noexcept;
    std::uint32_t type(std::size_t column) const noexcept;
    /// The value as text; empty for null. Valid as long as the answer.
    std::string_view text(std::size_t row, std::size_t column) const noexcept;
    std::int64_t integer(std::size_t row, std::size_t column) const;
    bool boolean(std::size_t row, std::size_t column) const noexcept;
    /// How many rows the statement inserted, updated, deleted or copied.
    std::int64_t affected() const noexcept;

    /// `COMMIT`, `INSERT 0 7`.
    std::string_view command() const noexcept;

    explicit operator bool() const noexcept { return result_ != nullptr; }
    const pg_result* get() const noexcept { return result_.get(); }

private:
    struct Clear {
        void operator()(pg_result* result) const noexcept;
    };
    std::unique_ptr<pg_result, Clear> result_;
};

/// The parameter $n of a statement.
struct Parameter {
    std::string_view bytes;
    std::uint32_t type = 0;  ///< its OID; 0: as the statement makes of it
    bool binary = false;
    bool null = false;
};
Parameter text_parameter(std::string_view text);

/// Where a database is, and as whom to go there.
struct Address {
    Secret url;  ///< `postgresql://…`, or libpq's `host=… dbname=…`
    std::filesystem::path password_file = {};
    std::string application = "tsflow";
};

/// Host, port and database, without user and password: for messages. Throws Error, which repeats nothing
/// of a URL that cannot be read.
std::string place_of(const Address& address);

/// One connection to a server. One thread at a time. Everything that waits for the server may throw
/// RetryableError, after which broken() tells whether this connection is of no more use.
class Connection {
public:
    explicit Connection(const Address& address);

    /// One statement or several, separated by semicolons; the answer of the last.
    Answer execute(const std::string& sql);
    /// One statement with parameters.
    Answer execute(const std::string& sql, std::span<const Parameter> parameters);
    /// One statement without parameters that will come again: the server parses and plans it once a connection. Not
    /// through poolers that change the session between transactions.
    Answer execute_prepared(const std::string& sql);

    /// `sql` is one COPY … FROM STDIN, or ends with one.
    void begin_copy(const std::string& sql);
    void put(std::string_view bytes);
    /// How many rows the server took.
    std::int64_t end_copy();
    /// Has the server forget the rows of this COPY.
    void cancel_copy() noexcept;

    bool broken() const noexcept;
    /// Also when it has failed and waits for its end.
    bool in_transaction() const noexcept;
    int server_version() const noexcept;  ///< such as 150018
    const std::string& place() const noexcept { return place_; }
    /// `name` in double quotes, usable as any identifier.
    static std::string quoted(std::string_view name);
    /// `text` as a literal.
    static std::string literal(std::string_view text);

private:
    struct Finish {
        void operator()(pg_conn* connection) const noexcept;
    };
    /// Of a statement: throws unless it came to its end.
    Answer checked(pg_result* result) const;
    [[noreturn]] void fail(const pg_result* result) const;
    std::string hidden(std::string text) const;

    std::string place_;
    std::string password_;
    std::unique_ptr<pg_conn, Finish> connection_;
    std::map<std::string, std::string> prepared_;  // names by statements
};

/// BEGIN now; ROLLBACK at the end of the scope unless commit() has been called.
class Transaction {
public:
    explicit Transaction(Connection& connection) : connection_(connection) {
        connection_.execute("BEGIN");
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();
    void commit();

private:
    Connection& connection_;
};

}  // namespace tsflow::postgres
