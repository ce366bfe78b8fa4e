#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tsflow/options.hpp"
#include "tsflow/schema.hpp"

namespace tsflow::sql {

/// One value as the database gives it; null is std::monostate. A text lives until the next row is asked
/// for.
using Value = std::variant<std::monostate, std::int64_t, double, std::string_view>;

/// A column of the table or query.
struct DatabaseColumn {
    std::string name;
    Type type = Type::string;  ///< nearest to the database's own
};

/// One connection, that cannot change anything. One thread at a time. Calls throw RetryableError when a
/// database is away or busy, and Error for what will not pass by itself, without passwords.
class Database {
public:
    virtual ~Database();

    /// What `SELECT * FROM source` has; `source` is a quoted table, or a query in parentheses with an alias.
    virtual std::vector<DatabaseColumn> columns(const std::string& source) = 0;
    /// Plans `select`, in which $1, $2 … stand for `parameters` in this order, and begins to read it as it
    /// is now. Its rows are fetched as they are asked for, at most `ahead` at a time.
    virtual void begin(const std::string& select, std::span<const Value> parameters,
                       std::size_t ahead) = 0;
    /// The next row; false, and all locks are given back, when there is none.
    virtual bool next(std::vector<Value>& row) = 0;
};

/// A SQLite file, which must be there.
std::unique_ptr<Database> open_sqlite(const std::filesystem::path& file);
/// `postgres://…` or libpq's `host=… dbname=…`.
std::unique_ptr<Database> open_postgres(const Secret& url, const std::string& application);

/// `name` as an identifier of SQL; a dot separates a schema from a table when `dotted`.
std::string quoted_name(std::string_view name, bool dotted = false);
/// `text` as a literal of SQL.
std::string literal(std::string_view text);

}  // namespace tsflow::sql
