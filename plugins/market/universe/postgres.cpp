// All of libpqxx is in this file, so that only one has to know in what its versions differ.

#include <pqxx/pqxx>
#include <utility>

#include "store.hpp"
#include "table_store.hpp"
#include "table_writer.hpp"
#include "tsflow/error.hpp"

namespace tsflow::market {

namespace {

template <class... Arguments>
pqxx::result run(pqxx::transaction_base& transaction, const std::string& sql,
                 const Arguments&... arguments) {
#if PQXX_VERSION_MAJOR > 7 || (PQXX_VERSION_MAJOR == 7 && PQXX_VERSION_MINOR >= 10)
    return transaction.exec(sql, pqxx::params{arguments...});
#else
    return transaction.exec_params(sql, arguments...);
#endif
}

bool will_not_pass(const std::string& message) {
    for (const char* words : {"authentication failed", "does not exist", "no pg_hba.conf entry",
                              "no password supplied", "invalid"}) {
        if (message.find(words) != std::string::npos) {
            return true;
        }
    }
    return false;
}

std::string without_end_of_line(std::string text) {
    text.erase(text.find_last_not_of("\r\n") + 1);
    return text;
}

/// A connection string must not make the caller wait for as long as the system waits for a dead host.
std::string with_deadline(const std::string& url) {
    if (url.find("connect_timeout=") != std::string::npos) {
        return url;
    }
    return url + (url.find('?') == std::string::npos ? "?" : "&") + "connect_timeout=10";
}

/// Runs `work`; what libpqxx throws becomes what this project throws.
template <class Work>
auto translated(const std::string& place, Work&& work) {
    try {
        return work();
    } catch (const pqxx::broken_connection& error) {
        const std::string message = place + ": " + without_end_of_line(error.what());
        if (will_not_pass(message)) {
            throw Error(message);
        }
        throw RetryableError(message);
    } catch (const pqxx::sql_error& error) {
        const std::string message = place + ": " + without_end_of_line(error.what());
        // Classes of SQLSTATE: 40 a conflict of transactions, 53 out of resources, 55P03 a lock that
        // was not to be had, 57 the operator's intervention.
        const std::string& state = error.sqlstate();
        if (state.starts_with("40") || state.starts_with("53") || state.starts_with("57") ||
            state == "55P03") {
            throw RetryableError(message);
        }
        throw Error(message);
    } catch (const pqxx::failure& error) {
        throw Error(place + ": " + without_end_of_line(error.what()));
    }
}

// Both select: group, name, type, description, symbol; $1 environment, $2 names or null.
constexpr const char* groups_sql = R"sql(
    SELECT g.id::text, g.name, g.type, coalesce(g.description, ''), m.symbol
    FROM definition_groups g LEFT JOIN group_memberships m ON m.group_id = g.id
    WHERE g.environment = $1
      AND ($2::jsonb IS NULL OR g.name IN (SELECT jsonb_array_elements_text($2::jsonb)))
    ORDER BY g.id
)sql";

/// An entry is asked for as NAME:KEY or as KEY.
std::string entries_sql() {
    const std::string lists =
        join_list_keys([](const std::string& key) { return "value->'" + key + "'"; });
    return R"sql(
    WITH entry AS (
        SELECT row_number() OVER (ORDER BY name, key, type) AS id, type, key,
               CASE WHEN key IS NULL OR key = '' OR key = name THEN name
                    ELSE name || ':' || key END AS name,
               CASE jsonb_typeof(value) WHEN 'array' THEN value
                    WHEN 'object' THEN coalesce()sql" +
           lists + R"sql() END AS list
        FROM cache_entries WHERE environment = $1
    ), named AS (
        SELECT id, name, type, list FROM entry WHERE $2::jsonb IS NULL
        UNION
        SELECT e.id, asked.value, e.type, e.list
        FROM entry e JOIN jsonb_array_elements_text($2::jsonb) AS asked(value)
          ON asked.value IN (e.name, e.key)
    )
    SELECT n.id::text, n.name, n.type, '',
           CASE jsonb_typeof(item.value) WHEN 'string' THEN item.value #>> '{}'
                WHEN 'object' THEN coalesce(item.value->>'symbol', item.value->>'ticker') END
    FROM named n LEFT JOIN LATERAL jsonb_array_elements(
        CASE jsonb_typeof(n.list) WHEN 'array' THEN n.list END) AS item(value) ON true
    WHERE jsonb_typeof(n.list) = 'array'
    ORDER BY n.name, n.id
)sql";
}

std::unique_ptr<pqxx::connection> open_connection(const std::string& url,
                                                  const std::string& place) {
    return translated(place,
                      [&] { return std::make_unique<pqxx::connection>(with_deadline(url)); });
}

std::string place_of(const std::string& url) {
    return "the PostgreSQL database " + shown_reference(url);
}

class PostgresSession : public TableSession {
public:
    explicit PostgresSession(const std::string& url)
        : place_(place_of(url)), connection_(open_connection(url, place_)) {
        // A node asks while its stage waits.
        translated(place_, [&] { transaction_->exec("SET LOCAL statement_timeout = '30s'"); });
    }

    bool has_table(const std::string& name) override {
        return translated(place_, [&] {
            return !run(*transaction_, "SELECT to_regclass($1)::text", name)[0][0].is_null();
        });
    }

    std::vector<TableRow> rows(GroupTable table, const std::string& environment,
                               const std::optional<std::string>& names) override {
        return translated(place_, [&] {
            const std::string sql =
                table == GroupTable::definition_groups ? groups_sql : entries_sql();
            const char* list = names ? names->c_str() : nullptr;
            std::vector<TableRow> rows;
            for (const auto& row : run(*transaction_, sql, environment, list)) {
                const auto text = [&](int column) { return std::string{row[column].c_str()}; };
                TableRow& read =
                    rows.emplace_back(TableRow{text(0), text(1), text(2), text(3), {}});
                if (!row[4].is_null()) {
                    read.symbol = text(4);
                }
            }
            return rows;
        });
    }

private:
    std::string place_;
    std::unique_ptr<pqxx::connection> connection_;
    std::unique_ptr<pqxx::read_transaction> transaction_{
        translated(place_, [&] { return std::make_unique<pqxx::read_transaction>(*connection_); })};
};

class PostgresStore : public TableStore {
public:
    PostgresStore(std::string url, std::string_view environment)
        : TableStore(environment), url_(std::move(url)) {}

private:
    std::unique_ptr<TableSession> connect() override {
        return std::make_unique<PostgresSession>(url_);
    }
    std::string place() const override { return place_of(url_); }

    std::string url_;
};

constexpr const char* make_tables = R"sql(
    CREATE TABLE IF NOT EXISTS definition_groups (
        id serial PRIMARY KEY,
        name varchar(100) NOT NULL,
        type varchar(20) NOT NULL,
        description text,
        metadata jsonb,
        liquidity_filter jsonb,
        environment varchar(10) NOT NULL DEFAULT 'DEFAULT',
        created_at timestamptz DEFAULT now(),
        updated_at timestamptz DEFAULT now(),
        last_update timestamptz,
        UNIQUE (name, type, environment));
    CREATE TABLE IF NOT EXISTS group_memberships (
        id serial PRIMARY KEY,
        group_id integer NOT NULL REFERENCES definition_groups (id) ON DELETE CASCADE,
        symbol varchar(50) NOT NULL,
        weight numeric(5,4),
        metadata jsonb,
        added_at timestamptz DEFAULT now(),
        updated_at timestamptz DEFAULT now(),
        UNIQUE (group_id, symbol))
)sql";

class PostgresWriter : public TableWriter {
public:
    explicit PostgresWriter(const std::string& url)
        : place_(place_of(url)), connection_(open_connection(url, place_)) {
        translated(place_, [&] {
            // Without the notices that the tables are there already, which would go to the terminal.
            transaction_.exec("SET LOCAL client_min_messages = warning");
            transaction_.exec(make_tables);
        });
    }

    GroupId group(const std::string& name, const std::string& type,
                  const std::string& environment) override {
        return translated(place_, [&] {
            const pqxx::result found =
                run(transaction_,
                    "SELECT id FROM definition_groups WHERE name = $1 AND upper(type) = $2 AND "
                    "environment = $3",
                    name, type, environment);
            if (!found.empty()) {
                return GroupId{found[0][0].as<std::int64_t>(), false};
            }
            const pqxx::result made =
                run(transaction_,
                    "INSERT INTO definition_groups (name, type, environment) VALUES ($1, $2, $3) "
                    "RETURNING id",
                    name, type, environment);
            return GroupId{made[0][0].as<std::int64_t>(), true};
        });
    }

    std::vector<std::string> members(std::int64_t group) override {
        return translated(place_, [&] {
            std::vector<std::string> symbols;
            for (const auto& row :
                 run(transaction_, "SELECT symbol FROM group_memberships WHERE group_id = $1",
                     group)) {
                symbols.emplace_back(row[0].c_str());
            }
            return symbols;
        });
    }

    void put(std::int64_t group, const std::string& members) override {
        translated(place_, [&] {
            run(transaction_,
                "INSERT INTO group_memberships (group_id, symbol, weight) "
                "SELECT $1, value->>'symbol', (value->>'weight')::numeric "
                "FROM jsonb_array_elements($2::jsonb) ON CONFLICT (group_id, symbol) DO UPDATE "
                "SET weight = coalesce(excluded.weight, group_memberships.weight)",
                group, members);
        });
    }

    void remove(std::int64_t group, const std::string& symbols) override {
        translated(place_, [&] {
            run(transaction_,
                "DELETE FROM group_memberships WHERE group_id = $1 AND symbol IN "
                "(SELECT jsonb_array_elements_text($2::jsonb))",
                group, symbols);
        });
    }

    void commit() override {
        translated(place_, [&] { transaction_.commit(); });
    }

private:
    std::string place_;
    std::unique_ptr<pqxx::connection> connection_;
    pqxx::work transaction_{*connection_};
};

}  // namespace

std::unique_ptr<TableWriter> write_postgres(const std::string& url) {
    return std::make_unique<PostgresWriter>(url);
}

std::unique_ptr<UniverseStore> open_postgres(const std::string& url, std::string_view environment) {
    auto store = std::make_unique<PostgresStore>(url, environment);
    store->look();
    return store;
}

}  // namespace tsflow::market
