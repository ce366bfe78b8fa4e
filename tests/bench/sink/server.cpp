#include "server.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
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

double run_psql(const std::vector<std::string>& scripts) {
    std::vector<std::vector<std::string>> commands;
    for (const std::string& script : scripts) {
        const std::string file =
            (scratch() / fmt::format("script{}.sql", commands.size())).string();
        std::ofstream(file) << script;
        commands.push_back({"psql", "-X", "-q", "-o", "/dev/null", "-v", "ON_ERROR_STOP=1", "-f",
                            file, server_url()});
    }
    return seconds([&] {
        std::vector<std::unique_ptr<Child>> running;
        for (const std::vector<std::string>& command : commands) {
            running.push_back(std::make_unique<Child>(command));
        }
        for (const std::unique_ptr<Child>& child : running) {
            if (child->wait() != 0) {
                throw Error("psql failed");
            }
        }
    });
}

double run_psql(const std::string& script) {
    return run_psql(std::vector{script});
}

std::string upsert_script(const std::string& table, const std::vector<std::string>& columns,
                          const std::string& folder, std::size_t part, std::size_t parts) {
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
    for (std::size_t i = part; i < files.size(); i += parts) {
        script += fmt::format(
            "BEGIN;\n\\copy staging FROM '{}'\nINSERT INTO {} SELECT * FROM staging "
            "ON CONFLICT (symbol, \"timestamp\") DO UPDATE SET {};\nCOMMIT;\n",
            files[i], table, joined(updates));
    }
    return script;
}

void write_files(const std::string& rows_sql, const std::string& folder) {
    std::filesystem::create_directory(folder);
    run_psql(fmt::format("\\copy ({}) TO PROGRAM 'split -d -a 4 -l 10000 - {}/part'\n", rows_sql,
                         folder));
}

}  // namespace tsflow::bench
