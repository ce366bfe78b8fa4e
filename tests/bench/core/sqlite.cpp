// flat_file → sqlite against a plain loop that inserts the same rows with one prepared statement, into
// the same table, with the same settings and transaction sizes.

#include <stdexcept>

#include <fmt/format.h>
#include <sqlite3.h>

#include "bytes.hpp"
#include "measure.hpp"
#include "tsflow/time.hpp"

namespace tsflow::bench {
namespace {

constexpr int transaction_rows = 10'000;

void must(int code, sqlite3* database) {
    if (code != SQLITE_OK && code != SQLITE_DONE) {
        throw std::runtime_error(::sqlite3_errmsg(database));
    }
}

std::uint64_t insert_plainly(const std::vector<std::filesystem::path>& files,
                             const std::filesystem::path& path, const std::string& create) {
    sqlite3* database = nullptr;
    must(::sqlite3_open(path.c_str(), &database), database);
    const auto execute = [&](const std::string& sql) {
        must(::sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), database);
    };
    execute("pragma journal_mode = wal");
    execute("pragma synchronous = full");
    execute(create);
    sqlite3_stmt* insert = nullptr;
    must(::sqlite3_prepare_v2(
             database,
             "insert into bars values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) on conflict do update set "
             "open = excluded.open, high = excluded.high, low = excluded.low, close = "
             "excluded.close, "
             "volume = excluded.volume, transactions = excluded.transactions",
             -1, &insert, nullptr),
         database);
    int in_transaction = 0;
    execute("begin");
    std::string time;
    const std::uint64_t rows = read_plainly(files, [&](const PlainBar& bar) {
        time.clear();
        append_timestamp(time, Timestamp{Duration{bar.window_start}});
        ::sqlite3_bind_text(insert, 1, bar.ticker.data(), static_cast<int>(bar.ticker.size()),
                            SQLITE_STATIC);
        ::sqlite3_bind_text(insert, 2, time.data(), static_cast<int>(time.size()), SQLITE_STATIC);
        ::sqlite3_bind_double(insert, 3, bar.open);
        ::sqlite3_bind_double(insert, 4, bar.high);
        ::sqlite3_bind_double(insert, 5, bar.low);
        ::sqlite3_bind_double(insert, 6, bar.close);
        ::sqlite3_bind_double(insert, 7, bar.volume);
        ::sqlite3_bind_null(insert, 8);
        must(::sqlite3_step(insert), database);
        ::sqlite3_reset(insert);
        if (++in_transaction == transaction_rows) {
            execute("commit");
            execute("begin");
            in_transaction = 0;
        }
    });
    execute("commit");
    ::sqlite3_finalize(insert);
    ::sqlite3_close(database);
    return rows;
}

/// The statement with which tsflow made its table, so that the plain loop writes into an equal one.
std::string table_of(const std::filesystem::path& path) {
    sqlite3* database = nullptr;
    must(::sqlite3_open(path.c_str(), &database), database);
    sqlite3_stmt* select = nullptr;
    must(::sqlite3_prepare_v2(database, "select sql from sqlite_master where name = 'bars'", -1,
                              &select, nullptr),
         database);
    ::sqlite3_step(select);
    const std::string sql = reinterpret_cast<const char*>(::sqlite3_column_text(select, 0));
    ::sqlite3_finalize(select);
    ::sqlite3_close(database);
    return sql;
}

void remove_database(const std::filesystem::path& path) {
    for (const char* suffix : {"", "-wal", "-shm"}) {
        std::filesystem::remove(path.string() + suffix);
    }
}

}  // namespace

void sqlite() {
    std::filesystem::path folder;
    const auto files = day_files(folder);
    const std::filesystem::path ours = scratch() / "ours.sqlite";
    const std::filesystem::path plain = scratch() / "plain.sqlite";
    const std::string toml = fmt::format(
        "[pipeline]\ncheckpoint_interval = '1h'\n"
        "[sources.s]\ntype = 'flat_file'\npath = '{}'\n"
        "[sinks.out]\ntype = 'sqlite'\ninputs = ['s']\npath = '{}'\ntable = 'bars'\n"
        "transaction_rows = {}\n",
        folder.string(), ours.string(), transaction_rows);
    std::string create;
    const Paired speeds = paired(
        [&] {
            remove_database(ours);
            std::uint64_t rows = 0;
            const double time = seconds([&] {
                for (const NodeMetrics& node : run_pipeline(toml).nodes) {
                    rows = node.kind == NodeKind::sink ? node.rows_in : rows;
                }
            });
            create = table_of(ours);
            return static_cast<double>(rows) / time;
        },
        [&] {
            remove_database(plain);
            std::uint64_t rows = 0;
            const double time = seconds([&] { rows = insert_plainly(files, plain, create); });
            return static_cast<double>(rows) / time;
        });
    report_plain("flat_file → sqlite", speeds.a / 1e3, "k rows/s");
    report_plain("plain loop with one prepared statement", speeds.b / 1e3, "k rows/s");
    report("flat_file → sqlite / plain loop", speeds.ratio, "×", 0.8, true);
}

}  // namespace tsflow::bench
