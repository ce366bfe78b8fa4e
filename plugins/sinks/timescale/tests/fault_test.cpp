#include <filesystem>
#include <thread>

#include "common/tests/sandbox.hpp"
#include "migrations.hpp"
#include "proxy.hpp"
#include "tsflow/builder.hpp"
#include "writer.hpp"
#include "writing.hpp"

using namespace tsflow;
using namespace tsflow::testing;
using Catch::Matchers::Contains;

namespace {

const SchemaPtr numbers_schema = Schema::make(
    {{.name = "id", .type = Type::int64, .key = true}, {.name = "value", .type = Type::float64}});

/// Rows of the ids from `first` on, each with its id as value.
Batch numbers(std::int64_t first, std::int64_t count) {
    BatchBuilder rows(numbers_schema);
    for (std::int64_t id = first; id < first + count; ++id) {
        rows.push(0, id);
        rows.push(1, static_cast<double>(id));
    }
    return rows.finish();
}

/// What is there of `numbers(0, …)`: how many rows, how many ids, how many wrong values.
const std::string tally =
    "SELECT count(*), count(DISTINCT id), count(*) FILTER (WHERE value <> id) FROM bars";

/// Waits until `done` is true of the database; the caller's assertion tells when it never is.
template <class Done>
bool eventually(Done&& done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (!done()) {
        if (std::chrono::steady_clock::now() > deadline) {
            return false;
        }
        std::this_thread::yield();
    }
    return true;
}

std::string socket_folder(const std::string& url) {
    const std::size_t begin = url.find("host=") + 5;
    return url.substr(begin, url.find('&', begin) - begin);
}

/// The options of a sink whose connections pass a proxy.
class Behind {
public:
    explicit Behind(const Database& database)
        : proxy(folder_.path().string(), socket_folder(database.url())), url_(database.url()) {
        const std::string there = socket_folder(url_);
        url_.replace(url_.find(there), there.size(), folder_.path().string());
    }
    const std::string& url() const noexcept { return url_; }
    std::string options(const std::string& more = {}) const {
        return "url = '" + url_ + "'\ntable = 'bars'\n" + more;
    }

private:
    Sandbox folder_;

public:
    Proxy proxy;

private:
    std::string url_;
};

}  // namespace

TEST_CASE("a connection that is cut in mid-COPY or around the COMMIT loses and doubles nothing") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    Behind behind(database);
    constexpr std::int64_t count = 2'000;
    constexpr std::size_t copied = count * 26;  // bytes of its rows
    std::size_t failures = 0;
    std::int64_t first = 0;
    Writing sink(behind.options("batch_rows = 100_000\nbatch_interval = '1h'"), numbers_schema);
    std::vector<std::size_t> places{1, 200, 5'000, copied - 100};
    for (std::size_t behind_rows = 0; behind_rows < 1'500; behind_rows += 100) {
        places.push_back(copied + behind_rows);
    }
    for (const std::size_t place : places) {
        sink->write(numbers(first, count));
        first += count;
        behind.proxy.cut_after(place);
        try {
            sink.commit();
        } catch (const RetryableError&) {
            ++failures;
            sink.commit();
        }
        behind.proxy.cut_after(std::size_t{1} << 40);
    }
    // Some fail and are tried again before commit() is called.
    CHECK(behind.proxy.cuts() >= 6);
    CHECK(failures <= behind.proxy.cuts());
    CHECK(database.query(tally) == Rows{"38000|38000|0"});
    CHECK(sink.context.rejected.empty());
}

TEST_CASE(
    "while the server refuses connections, rows wait, and the sink takes no more than it may") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    Behind behind(database);
    Writing sink(behind.options("batch_rows = 100"), numbers_schema);
    behind.proxy.refuse(true);
    std::int64_t taken = 0;
    const auto fill = [&] {
        for (; taken < 10'000; taken += 100) {
            sink->write(numbers(taken, 100));
        }
    };
    CHECK_THROWS_AS(fill(), RetryableError);
    CHECK_THROWS_AS(sink->write(numbers(taken, 100)), RetryableError);
    CHECK(taken < 1'000);
    behind.proxy.refuse(false);
    fill();
    sink.commit();
    CHECK(database.query(tally) == Rows{"10000|10000|0"});
}

TEST_CASE("a slow server slows the sink down and nothing else") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    Behind behind(database);
    Writing sink(behind.options("batch_rows = 1000"), numbers_schema);
    behind.proxy.slow_down(true);
    for (std::int64_t id = 0; id < 10'000; id += 500) {
        sink->write(numbers(id, 500));
    }
    sink.commit();
    CHECK(database.query(tally) == Rows{"10000|10000|0"});
}

TEST_CASE("a server that crashes and comes back has all rows once") {
    TSFLOW_NEEDS_SERVER();
    const auto own = PostgresServer::start();
    Writing sink("url = '" + own->url() + "'\ntable = 'bars'\nbatch_rows = 1000", numbers_schema);
    sink->write(numbers(0, 5'000));
    sink.commit(1);
    sink->write(numbers(5'000, 500));
    own->crash();
    CHECK_THROWS_AS(sink.commit(2), RetryableError);
    CHECK_THROWS_AS(sink.commit(2), RetryableError);
    own->start_again();
    sink.commit(2);
    CHECK(Reader{own->url()}(tally) == Rows{"5500|5500|0"});
    CHECK(Reader{own->url()}("SELECT id FROM tsflow.checkpoints") == Rows{"2"});
}

TEST_CASE("a checkpoint waits for the rows of every connection") {
    TSFLOW_NEEDS_SERVER();
    // Of symbols that are new, one after the other, every second goes to the same connection.
    const std::string refused = GENERATE("EVERY0", "EVERY1");
    const Database database;
    const Batch batch = table("symbol:symbol/key value:int64\nEVERY0 1\nEVERY1 1\n");
    Writing sink(database.options("connections = 2"), batch.schema());
    database.query(
        "CREATE FUNCTION busy() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN RAISE EXCEPTION 'busy' USING ERRCODE = '40001'; END$$; "
        "CREATE TRIGGER busy BEFORE INSERT ON bars FOR EACH ROW WHEN (new.symbol = '" +
        refused + "') EXECUTE FUNCTION busy()");
    sink->write(batch);
    CHECK_THROWS_AS(sink.commit(4), RetryableError);
    CHECK(database.query("SELECT count(*) FROM tsflow.checkpoints") == Rows{"0"});
    CHECK(database.query("SELECT count(*) FROM bars") == Rows{"1"});
    database.query("DROP TRIGGER busy ON bars");
    sink.commit(4);
    CHECK(database.query("SELECT id FROM tsflow.checkpoints") == Rows{"4"});
    CHECK(database.query("SELECT symbol FROM bars ORDER BY 1") == Rows{"EVERY0", "EVERY1"});
}

TEST_CASE("a failure is told, whether it comes before it is waited for or after") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    Behind behind(database);
    timescale::Connection connection({.url = Secret{database.url()}});
    timescale::migrate(connection);
    const timescale::WriterSetup setup{
        .address = {.url = Secret{behind.url()}}, .tables = {}, .checkpoints = {"test", "bars"}};
    timescale::Writer writer(setup, {.tables = 0});
    Checkpoint checkpoint;
    for (std::size_t cuts = 1; cuts <= 20; ++cuts) {
        ++checkpoint.id;
        writer.flush(&checkpoint);
        writer.wait();
        behind.proxy.cut_after(0);
        ++checkpoint.id;
        writer.flush(&checkpoint);
        CHECK(eventually([&] { return behind.proxy.cuts() == cuts; }));
        CHECK_THROWS_AS(writer.wait(), RetryableError);
    }
    writer.flush(&checkpoint);
    writer.wait();
    CHECK(database.query("SELECT id FROM tsflow.checkpoints") == Rows{"40"});
}

TEST_CASE("a connection that the server's operator ends is made anew") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    Writing sink(database.options(), numbers_schema);
    const auto end_connection = [&] {
        database.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = "
            "'tsflow test'");
    };
    sink->write(numbers(0, 10));
    sink.commit(1);
    end_connection();
    // No rows wait, so nothing is written, and tried again, before commit() is called.
    CHECK_THROWS_WITH(sink.commit(2), Contains("terminating connection"));
    sink.commit(2);
    end_connection();
    sink->write(numbers(10, 10));
    try {
        sink.commit(3);
    } catch (const RetryableError&) {
        sink.commit(3);
    }
    CHECK(database.query(tally) == Rows{"20|20|0"});
    CHECK(database.query("SELECT id FROM tsflow.checkpoints") == Rows{"3"});
}

TEST_CASE("a deadlock with another session is tried again") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    // A session looks for a deadlock once, so long after it began to wait: the sink's, here.
    database.query("ALTER DATABASE test SET deadlock_timeout = '20ms'");
    Writing sink(database.options("batch_interval = '1h'"), numbers_schema);
    sink->write(numbers(0, 2));
    sink.commit();
    database.query(
        "CREATE FUNCTION pass_gate() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM "
        "pg_advisory_xact_lock_shared(1); RETURN new; END$$; CREATE TRIGGER pass_gate BEFORE "
        "INSERT ON bars FOR EACH ROW WHEN (new.id = 1) EXECUTE FUNCTION pass_gate()");
    Reader gate(database.url());
    Reader other(database.url());
    Reader looking(database.url());
    const auto waiting = [&](const std::string& sessions) {
        return eventually([&] {
            return looking("SELECT count(*) FROM pg_locks WHERE NOT granted") == Rows{sessions};
        });
    };
    gate("SELECT pg_advisory_lock(1)");
    other("SET deadlock_timeout = '1h'");
    other("BEGIN");
    other("UPDATE bars SET value = 7 WHERE id = 1");
    sink->write(numbers(0, 2));
    std::string message;
    std::thread writing([&] {
        try {
            sink.commit(2);
        } catch (const RetryableError& error) {
            message = error.what();
        }
    });
    CHECK(waiting("1"));  // the sink has row 0 and stands at the gate
    std::thread updating([&] { other("UPDATE bars SET value = 7 WHERE id = 0"); });
    CHECK(waiting("2"));
    gate("SELECT pg_advisory_unlock(1)");
    writing.join();
    updating.join();
    CHECK_THAT(message, Contains("deadlock detected") && Contains("40P01"));
    other("COMMIT");
    sink.commit(2);
    CHECK(database.query(tally) == Rows{"2|2|0"});
}

TEST_CASE("a server without room is tried again until it has some") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    Writing sink(database.options("batch_interval = '1h'"), numbers_schema);
    sink.commit(1);
    database.query(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION "
        "'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END$$; "
        "CREATE TRIGGER full_disk BEFORE INSERT ON bars EXECUTE FUNCTION full_disk()");
    sink->write(numbers(0, 100));
    CHECK_THROWS_AS(sink.commit(2), RetryableError);
    CHECK_THROWS_WITH(sink.commit(2), Contains("No space left on device"));
    CHECK(sink.context.rejected.empty());
    database.query("DROP TRIGGER full_disk ON bars");
    sink.commit(2);
    CHECK(database.query(tally) == Rows{"100|100|0"});
}

TEST_CASE("a trigger that leaves rows out is an error, not a loss") {
    TSFLOW_NEEDS_SERVER();
    const std::string copy = GENERATE("copy = true", "copy = false");
    const Database database;
    Writing sink(database.options(copy), numbers_schema);
    database.query(
        "CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF new.id = 50 THEN "
        "RETURN NULL; END IF; RETURN new; END$$; "
        "CREATE TRIGGER skip BEFORE INSERT ON bars FOR EACH ROW EXECUTE FUNCTION skip()");
    sink->write(numbers(0, 100));
    CHECK_THROWS_WITH(sink.commit(1), Contains("100 rows were sent") && Contains("99 written"));
    CHECK(database.query("SELECT count(*) FROM bars") == Rows{"0"});
}

TEST_CASE("what cannot pass is an error that says what to do") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    const auto error_of = [&](const std::string& toml) {
        try {
            Writing sink(toml, numbers_schema);
            sink->write(numbers(0, 1));
            sink.commit();
        } catch (const RetryableError&) {
            return std::string{"retryable"};
        } catch (const Error& error) {
            return std::string{error.what()};
        }
        return std::string{};
    };
    CHECK_THAT(error_of("url = 'postgresql://u:p%zz@h/d'\ntable = 'bars'"),
               Contains("'url' is not one of PostgreSQL") && !Contains("zz"));
    std::string url = database.url();
    url.replace(url.find("/test?"), 5, "/no_such");
    CHECK_THAT(error_of("url = '" + url + "'\ntable = 'bars'"),
               Contains("\"no_such\" does not exist"));
    database.query("CREATE ROLE reader LOGIN");
    url = database.url();
    url.replace(url.find("tsflow@"), 6, "reader");
    CHECK_THAT(error_of("url = '" + url + "'\ntable = 'bars'\ncreate = false"),
               Contains("permission denied") && Contains("timescale_roles.sql"));
    CHECK(error_of("url = 'postgresql:///test?host=/nowhere'\ntable = 'bars'") == "retryable");
}
