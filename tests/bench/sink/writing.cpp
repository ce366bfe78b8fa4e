// The ways to get rows into a table, each by itself, and then the sink beside psql.

#include <algorithm>
#include <numeric>
#include <thread>

#include <fmt/format.h>

#include "connection.hpp"
#include "held_backends.hpp"
#include "measure.hpp"
#include "migrations.hpp"
#include "server.hpp"
#include "sink.hpp"
#include "tsflow/builder.hpp"
#include "writer.hpp"

namespace tsflow::bench {
namespace {

using timescale::Connection;
using timescale::Method;
using timescale::TargetTable;
using timescale::WriterRows;

constexpr std::int64_t rows = 500'000;
constexpr std::int64_t symbols = 500;
constexpr std::int64_t batch_rows = 10'000;
// Of two connections' processes; what is left of two cores is more than the client takes.
constexpr double share_of_core = 0.6;

const std::vector<std::string> columns{"symbol", "\"timestamp\"", "open",   "high",
                                       "low",    "close",         "volume", "transactions"};

void new_table() {
    query(
        "DROP TABLE IF EXISTS bars; CREATE TABLE bars (symbol text, \"timestamp\" timestamptz, "
        "open float8 NOT NULL, high float8 NOT NULL, low float8 NOT NULL, close float8 NOT NULL, "
        "volume float8 NOT NULL, transactions bigint, PRIMARY KEY (symbol, \"timestamp\"))");
}

std::string pipeline(const std::string& more) {
    return fmt::format(
        "[sources.rows]\ntype = 'generator'\nrows = {}\nsymbols = {}\n[sinks.bars]\ntype = "
        "'timescale'\ninputs = ['rows']\nurl = '{}'\ntable = 'bars'\n{}\n",
        rows, symbols, server_url(), more);
}

/// Rows a second of what took `time`.
double rate(double time) {
    const std::string count = query("SELECT count(*) FROM bars").front();
    if (count != std::to_string(rows)) {
        throw Error("the table holds " + count + " rows instead of " + std::to_string(rows));
    }
    return static_cast<double>(rows) / time;
}

double tsflow_rate(const std::string& more) {
    new_table();
    return rate(seconds([&] { run_pipeline(pipeline(more)); }));
}

/// What `rate` measures on a server with a core for each of two connections, and one for the client.
double with_cores(const std::function<double()>& rate) {
    HeldBackends held(share_of_core);
    const double measured = rate();
    if (held.stop() == 0) {
        throw Error("no process of the server was held");
    }
    return measured;
}

/// The same rows for psql, whole and in batches; made by the sink itself.
const std::string& files() {
    static const std::string folder = [] {
        tsflow_rate("");
        const std::string made = (scratch() / "rows").string();
        const std::string all = "SELECT * FROM bars ORDER BY \"timestamp\", symbol";
        write_files(all, made);
        run_psql("\\copy (" + all + ") TO '" + made + ".all'\n");
        return made;
    }();
    return folder;
}

double psql_append() {
    const std::string script = "\\copy bars FROM '" + files() + ".all'\n";
    new_table();
    return rate(run_psql(script));
}

double psql_upsert() {
    const std::string script = upsert_script("bars", columns, files());
    new_table();
    return rate(run_psql(script));
}

/// The table with all rows in it.
void full_table() {
    const std::string script = "\\copy bars FROM '" + files() + ".all'\n";
    new_table();
    run_psql(script);
}

double tsflow_replaces() {
    full_table();
    return rate(seconds([&] { run_pipeline(pipeline("")); }));
}

double psql_replaces() {
    const std::string script = upsert_script("bars", columns, files());
    full_table();
    return rate(run_psql(script));
}

/// Two of them at once, with half of the files each.
double two_psql_upserts() {
    const std::vector<std::string> scripts{upsert_script("bars", columns, files(), 0, 2),
                                           upsert_script("bars", columns, files(), 1, 2)};
    new_table();
    return rate(run_psql(scripts));
}

/// Batches as the sink gets them: bars of `count` symbols, minute after minute.
std::vector<Batch> batches(std::int64_t count, std::int64_t total) {
    const SchemaPtr schema =
        Schema::make({{.name = "symbol", .type = Type::symbol, .key = true},
                      {.name = "timestamp", .type = Type::timestamp, .key = true},
                      {.name = "open"},
                      {.name = "high"},
                      {.name = "low"},
                      {.name = "close"},
                      {.name = "volume"},
                      {.name = "transactions", .type = Type::int64}});
    std::vector<Batch> made;
    BatchBuilder builder(schema);
    for (std::int64_t row = 0; row < total; ++row) {
        builder.push(0, fmt::format("SYN{:05}", row % count + 1));
        builder.push(1, Timestamp{std::chrono::minutes{28'000'000 + row / count}});
        for (std::size_t column = 2; column < 7; ++column) {
            builder.push(column, static_cast<double>(row * 7 % 99'991) / 100);
        }
        builder.push(7, row);
        if (static_cast<std::int64_t>(builder.rows()) == batch_rows) {
            made.push_back(builder.finish());
        }
    }
    return made;
}

TargetTable target_of(const SchemaPtr& schema) {
    TargetTable target{.name = "\"bars\"", .schema = schema, .columns = {}, .key = schema->key()};
    for (std::size_t i = 0; i < schema->size(); ++i) {
        target.columns.push_back({(*schema)[i].name, i, timescale::wire_type((*schema)[i].type)});
    }
    return target;
}

std::string values_sql(const Batch& batch) {
    std::string sql = "INSERT INTO bars VALUES ";
    for (std::size_t row = 0; row < batch.rows(); ++row) {
        sql += row == 0 ? "(" : ",(";
        for (std::size_t column = 0; column < batch.schema()->size(); ++column) {
            sql += column == 0 ? "'" : column == 1 ? ",'" : ",";
            append_value(sql, batch, column, row);
            sql += column < 2 ? "'" : "";
        }
        sql += ')';
    }
    return sql +
           " ON CONFLICT (symbol, \"timestamp\") DO UPDATE SET open = excluded.open, high = "
           "excluded.high, low = excluded.low, close = excluded.close, volume = excluded.volume, "
           "transactions = excluded.transactions";
}

/// Rows a second of `write`, a transaction a batch.
double method_rate(const std::vector<Batch>& data,
                   const std::function<void(Connection&, const Batch&)>& write) {
    new_table();
    Connection connection({.url = Secret{server_url()}});
    return rate(seconds([&] {
        for (const Batch& batch : data) {
            write(connection, batch);
        }
    }));
}

}  // namespace

void methods() {
    const std::vector<Batch> data = batches(symbols, rows);
    const TargetTable target = target_of(data.front().schema());
    timescale::RowList list(1);
    list.front().rows.resize(static_cast<std::size_t>(batch_rows));
    std::iota(list.front().rows.begin(), list.front().rows.end(), 0U);
    const auto by = [&](Method method) {
        WriterRows writer(target, 0);
        return method_rate(data, [&](Connection& connection, const Batch& batch) {
            writer.prepare(connection, method);
            timescale::Transaction transaction(connection);
            list.front().batch = batch;
            writer.write(connection, method, list);
            transaction.commit();
        });
    };
    const std::pair<const char*, std::function<double()>> ways[] = {
        {"COPY into the table", [&] { return by(Method::direct); }},
        {"COPY to staging, INSERT ON CONFLICT", [&] { return by(Method::staging); }},
        {"INSERT ON CONFLICT from arrays", [&] { return by(Method::arrays); }},
        {"INSERT ON CONFLICT of VALUES", [&] {
             return method_rate(data, [](Connection& connection, const Batch& batch) {
                 connection.execute(values_sql(batch));
             });
         }}};
    std::vector<std::vector<double>> rates(std::size(ways));
    for (int run = 0; run < runs; ++run) {
        for (std::size_t way = 0; way < std::size(ways); ++way) {
            rates[way].push_back(ways[way].second());
        }
    }
    for (std::size_t way = 0; way < std::size(ways); ++way) {
        report_plain(ways[way].first, median(rates[way]) / 1e3, "k rows/s");
    }
}

void append_rows() {
    const Paired rates = paired([] { return tsflow_rate("mode = 'bulk'"); }, psql_append);
    report_plain("psql \\copy", rates.b / 1e3, "k rows/s");
    report_plain("tsflow, mode = \"bulk\"", rates.a / 1e3, "k rows/s");
    report("tsflow / psql \\copy", rates.ratio, "×", 0.9, true);
}

void upsert_rows() {
    const Paired rates = paired([] { return tsflow_rate(""); }, psql_upsert);
    report_plain("psql, \\copy to staging and INSERT ON CONFLICT", rates.b / 1e3, "k rows/s");
    report_plain("tsflow, upsert", rates.a / 1e3, "k rows/s");
    report("tsflow / psql with staging", rates.ratio, "×", 0.85, true);
    const Paired there = paired(tsflow_replaces, psql_replaces);
    report_plain("psql, the same over rows that are there", there.b / 1e3, "k rows/s");
    report_plain("tsflow, upsert over rows that are there", there.a / 1e3, "k rows/s");
    report("tsflow / psql, rows that are there", there.ratio, "×", 0.85, true);
}

void two_writers() {
    const Paired rates =
        paired([] { return tsflow_rate("connections = 2"); }, [] { return tsflow_rate(""); });
    // What the server gains from a second client at all, be it with the cores of this machine or not.
    const Paired by_hand = paired(two_psql_upserts, psql_upsert);
    report_plain("psql, two at once / one", by_hand.ratio, "×");
    report_plain("tsflow, one connection", rates.b / 1e3, "k rows/s");
    report_plain("tsflow, connections = 2", rates.a / 1e3, "k rows/s");
    // One for each of the server's processes, and one for the client.
    constexpr unsigned cores_needed = 3;
    if (const unsigned cores = std::thread::hardware_concurrency(); cores >= cores_needed) {
        report("two connections / one", rates.ratio, "×", 1.4, true);
    } else {
        report_plain(fmt::format("two connections / one, on {} cores with the client", cores),
                     rates.ratio, "×");
    }
    const Paired spare =
        paired([] { return with_cores([] { return tsflow_rate("connections = 2"); }); },
               [] { return with_cores([] { return tsflow_rate(""); }); });
    report(fmt::format("the same, with {} of a core for each of the server's processes",
                       share_of_core),
           spare.ratio, "×", 1.4, true);
}

void minute_burst() {
    constexpr std::int64_t bursts = 100;
    new_table();
    const std::vector<Batch> data = batches(batch_rows, bursts * batch_rows);
    timescale::WriterSetup setup{.address = {.url = Secret{server_url()}},
                                 .tables = {target_of(data.front().schema())},
                                 .checkpoints = {"bench", "burst"}};
    Connection connection(setup.address);
    timescale::migrate(connection);
    timescale::Writer writer(setup, {});
    std::vector<double> times;
    Checkpoint checkpoint;
    for (const Batch& batch : data) {
        ++checkpoint.id;
        times.push_back(seconds([&] {
            writer.add(0, batch);
            writer.flush(&checkpoint);
            writer.wait();
        }));
    }
    std::sort(times.begin(), times.end());
    report_plain("a minute's burst of 10,000 bars to its commit: median", median(times) * 1e3,
                 "ms");
    report("the same, p99 of 100", times[times.size() * 99 / 100 - 1] * 1e3, "ms", 400, false);
}

}  // namespace tsflow::bench
