#include "server.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>

#include <fmt/format.h>

#include "child.hpp"
#include "connection.hpp"
#include "measure.hpp"
#include "postgres_server.hpp"
#include "tsflow/error.hpp"

namespace tsflow::bench {
namespace {

PostgresServer started_server() {
    std::optional<PostgresServer> server = PostgresServer::start_durable();
    if (!server) {
        throw Error("PostgreSQL is not installed; scripts/setup.sh --bench installs it");
    }
    // By default tables would be made in the sink's own schema, which has the name of the user.
    timescale::Connection({.url = Secret{server->url()}})
        .execute("ALTER DATABASE test SET search_path = public");
    return std::move(*server);
}

const PostgresServer& server() {
    static const PostgresServer started = started_server();
    return started;
}

std::string joined(const std::vector<std::string>& items) {
    std::string text;
    for (const std::string& item : items) {
        text += (text.empty() ? "" : ", ") + item;
    }
    return text;
}

}  // namespace

const std::string& server_url() {
    return server().url();
}

void restart_server() {
    server().crash();
    server().start_again();
}

std::vector<std::string> query(const std::string& sql) {
    timescale::Connection connection({.url = Secret{server_url()}});
    const timescale::Answer answer = connection.execute(sql);
    std::vector<std::string> values;
    for (std::size_t row = 0; row < answer.rows(); ++row) {
        values.emplace_back(answer.text(row, 0));
    }
    return values;
}

double run_command(const std::vector<std::string>& command) {
    return seconds([&] {
        Child child(command);
        if (child.wait() != 0) {
            throw Error(command.front() + " failed");
        }
    });
}

double run_psql(const std::string& script) {
    const std::string file = (scratch() / "script.sql").string();
    std::ofstream(file) << script;
    return run_command(
        {"psql", "-X", "-q", "-o", "/dev/null", "-v", "ON_ERROR_STOP=1", "-f", file, server_url()});
}

std::string upsert_script(const std::string& table, const std::vector<std::string>& columns,
                          const std::string& folder) {
    std::vector<std::string> updates;
    for (const std::string& column : columns) {
        if (column != "symbol" && column != "\"timestamp\"") {
            updates.push_back(column + " = excluded." + column);
        }
    }
    std::string script = "CREATE TEMP TABLE staging (LIKE " + table + ") ON COMMIT DELETE ROWS;\n";
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        files.push_back(entry.path().string());
    }
    std::sort(files.begin(), files.end());
    for (const std::string& file : files) {
        script += fmt::format(
            "BEGIN;\n\\copy staging FROM '{}'\nINSERT INTO {} SELECT * FROM staging "
            "ON CONFLICT (symbol, \"timestamp\") DO UPDATE SET {};\nCOMMIT;\n",
            file, table, joined(updates));
    }
    return script;
}

void write_files(const std::string& rows_sql, const std::string& folder) {
    std::filesystem::create_directory(folder);
    run_psql(fmt::format("\\copy ({}) TO PROGRAM 'split -d -a 4 -l 10000 - {}/part'\n", rows_sql,
                         folder));
}

}  // namespace tsflow::bench
