#include <algorithm>
#include <cctype>

#include "common/sqlite/database.hpp"
#include "database.hpp"
#include "tsflow/error.hpp"

namespace tsflow::sql {

namespace {

constexpr int patience_ms = 2000;

/// By the words that SQLite itself goes by (https://www.sqlite.org/datatype3.html, 3.1).
Type type_of(const char* declared) {
    std::string words = declared == nullptr ? "" : declared;
    std::transform(words.begin(), words.end(), words.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    const auto has = [&](const char* word) { return words.find(word) != std::string::npos; };
    if (has("BOOL")) {
        return Type::boolean;
    }
    if (has("INT")) {
        return Type::int64;
    }
    if (has("REAL") || has("FLOA") || has("DOUB") || has("NUMERIC") || has("DECIMAL")) {
        return Type::float64;
    }
    if (has("TIMESTAMP") || has("DATETIME")) {
        return Type::timestamp;
    }
    return has("DATE") ? Type::date : Type::string;
}

class SqliteDatabase final : public Database {
public:
    explicit SqliteDatabase(const std::filesystem::path& file) {
        database_.open(file, sqlite::Database::Open::read);
        database_.wait_for_locks(patience_ms);
    }

    std::vector<DatabaseColumn> columns(const std::string& source) override {
        const sqlite::Statement statement = prepared("SELECT * FROM " + source + " LIMIT 0");
        const int count = sqlite3_column_count(statement.get());
        std::vector<DatabaseColumn> columns;
        columns.reserve(static_cast<std::size_t>(count));
        for (int i = 0; i < count; ++i) {
            columns.push_back({sqlite3_column_name(statement.get(), i),
                               type_of(sqlite3_column_decltype(statement.get(), i))});
        }
        return columns;
    }

    void begin(const std::string& select, std::span<const Value> parameters,
               std::size_t /*ahead*/) override {
        statement_ = prepared(select);
        for (const Value& value : parameters) {
            const int at = static_cast<int>(&value - parameters.data()) + 1;
            if (const auto* integer = std::get_if<std::int64_t>(&value)) {
                statement_.bind(at, *integer);
            } else if (const auto* real = std::get_if<double>(&value)) {
                sqlite3_bind_double(statement_.get(), at, *real);
            } else if (const auto* text = std::get_if<std::string_view>(&value)) {
                // A copy: the caller may change its own before the last step.
                sqlite3_bind_text(statement_.get(), at, text->data(),
                                  static_cast<int>(text->size()), SQLITE_TRANSIENT);
            }
        }
    }

    bool next(std::vector<Value>& row) override {
        if (!statement_.step()) {
            statement_.reset();
            return false;
        }
        row.clear();
        sqlite3_stmt* const statement = statement_.get();
        for (int i = 0; i < sqlite3_column_count(statement); ++i) {
            row.push_back(value(statement, i));
        }
        return true;
    }

private:
    static Value value(sqlite3_stmt* statement, int column) {
        switch (sqlite3_column_type(statement, column)) {
            case SQLITE_NULL:
                return std::monostate{};
            case SQLITE_INTEGER:
                return std::int64_t{sqlite3_column_int64(statement, column)};
            case SQLITE_FLOAT:
                return sqlite3_column_double(statement, column);
            default:
                return std::string_view{
                    reinterpret_cast<const char*>(sqlite3_column_text(statement, column)),
                    static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
        }
    }

    sqlite::Statement prepared(const std::string& sql) const {
        sqlite::Statement statement = database_.prepare(sql);
        if (!statement || sqlite3_stmt_readonly(statement.get()) == 0) {
            throw Error("SQLite database " + database_.quoted() +
                        ": only a SELECT can be read, and this is none: " + sql);
        }
        return statement;
    }

    sqlite::Database database_;
    sqlite::Statement statement_;
};

}  // namespace

std::unique_ptr<Database> open_sqlite(const std::filesystem::path& file) {
    return std::make_unique<SqliteDatabase>(file);
}

}  // namespace tsflow::sql
