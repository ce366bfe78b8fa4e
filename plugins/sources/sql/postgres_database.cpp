#include <algorithm>
#include <optional>
#include <utility>

#include "common/postgres/connection.hpp"
#include "database.hpp"
#include "tsflow/error.hpp"

namespace tsflow::sql {

namespace {

/// By the type's OID, which is fixed for the built-in ones (src/include/catalog/pg_type.dat).
Type type_of(std::uint32_t oid) noexcept {
    switch (oid) {
        case 16:
            return Type::boolean;
        case 20:  // int8, int2, int4
        case 21:
        case 23:
            return Type::int64;
        case 700:  // float4, float8, numeric
        case 701:
        case 1700:
            return Type::float64;
        case 1082:
            return Type::date;
        case 1114:  // timestamp, timestamptz
        case 1184:
            return Type::timestamp;
        default:
            return Type::string;
    }
}

class PostgresDatabase final : public Database {
public:
    PostgresDatabase(const Secret& url, const std::string& application)
        : connection_({.url = url, .application = application}) {
        connection_.execute(
            "SET default_transaction_read_only = on; SET TimeZone = 'UTC'; "
            "SET DateStyle = 'ISO, YMD'; SET extra_float_digits = 1; SET bytea_output = 'hex'");
    }

    std::vector<DatabaseColumn> columns(const std::string& source) override {
        const postgres::Answer answer = one("SELECT * FROM " + source + " LIMIT 0");
        std::vector<DatabaseColumn> columns;
        for (std::size_t i = 0; i < answer.columns(); ++i) {
            columns.push_back({std::string{answer.name(i)}, type_of(answer.type(i))});
        }
        return columns;
    }

    void begin(const std::string& select, std::span<const Value> parameters,
               std::size_t ahead) override {
        end();
        connection_.execute("BEGIN READ ONLY");
        std::vector<postgres::Parameter> texts;
        for (const Value& value : parameters) {
            // All values of this server came as texts.
            texts.push_back(postgres::text_parameter(std::get<std::string_view>(value)));
        }
        connection_.execute("DECLARE tsflow_rows NO SCROLL CURSOR FOR " + select, texts);
        fetch_ = "FETCH " + std::to_string(ahead) + " FROM tsflow_rows";
        answer_ = {};
        row_ = 0;
    }

    bool next(std::vector<Value>& row) override {
        if (!answer_ || row_ == answer_.rows()) {
            answer_ = connection_.execute(fetch_);
            row_ = 0;
        }
        if (row_ == answer_.rows()) {
            end();
            return false;
        }
        row.clear();
        for (std::size_t i = 0; i < answer_.columns(); ++i) {
            row.push_back(answer_.is_null(row_, i) ? Value{} : Value{answer_.text(row_, i)});
        }
        ++row_;
        return true;
    }

private:
    void end() {
        answer_ = {};
        if (connection_.in_transaction()) {
            connection_.execute("ROLLBACK");
        }
    }
    /// A statement with parameters, even if they are none, cannot be several statements.
    postgres::Answer one(const std::string& sql) {
        return connection_.execute(sql, std::span<const postgres::Parameter>{});
    }

    postgres::Connection connection_;
    std::string fetch_;
    postgres::Answer answer_;
    std::size_t row_ = 0;
};

}  // namespace

std::unique_ptr<Database> open_postgres(const Secret& url, const std::string& application) {
    return std::make_unique<PostgresDatabase>(url, application);
}

}  // namespace tsflow::sql
