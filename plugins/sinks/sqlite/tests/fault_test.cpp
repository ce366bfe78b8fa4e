#include <sys/stat.h>

#include <cerrno>

#include "reading.hpp"

using namespace tsflow;
using namespace tsflow::testing;
using Catch::Matchers::Contains;

namespace {

int failing_errno = 0;

ssize_t failing_pwrite(int file, const void* bytes, std::size_t count, off_t offset) {
    if (failing_errno != 0) {
        errno = failing_errno;
        return -1;
    }
    return ::pwrite(file, bytes, count, offset);
}

/// Makes SQLite's writes fail as those of a disk do, from a call of fail_with() on.
class FailingDisk {
public:
    FailingDisk() : vfs_(sqlite3_vfs_find(nullptr)) {
        for (const char* name : {"pwrite", "pwrite64"}) {
            vfs_->xSetSystemCall(vfs_, name,
                                 reinterpret_cast<sqlite3_syscall_ptr>(&failing_pwrite));
        }
    }
    FailingDisk(const FailingDisk&) = delete;
    FailingDisk& operator=(const FailingDisk&) = delete;
    ~FailingDisk() {
        failing_errno = 0;
        vfs_->xSetSystemCall(vfs_, "pwrite", nullptr);
        vfs_->xSetSystemCall(vfs_, "pwrite64", nullptr);
    }
    void fail_with(int error) { failing_errno = error; }

private:
    sqlite3_vfs* vfs_;
};

Batch one(const std::string& symbol) {
    return table("symbol:symbol close:float64\n" + symbol + " 1");
}

Batch many() {
    std::string text = "symbol:symbol close:float64\n";
    for (int i = 0; i < 20'000; ++i) {
        text += "S" + std::to_string(i) + " 1\n";
    }
    return table(text);
}

}  // namespace

TEST_CASE("a locked database is tried again and loses nothing") {
    const Sandbox box;
    Writing sink(options_for(box / "d", "transaction_rows = 2"), one("A").schema());
    sink->write(one("A"));
    {
        Reader other(box / "d");
        other("BEGIN IMMEDIATE");
        CHECK_THROWS_WITH(sink->write(one("B")), Contains("locked") && Contains("/d'"));
        CHECK_THROWS_AS(sink->write(one("B")), RetryableError);
        StateWriter state;
        CHECK_THROWS_AS(sink->commit({1, ""}, state), RetryableError);
        other("ROLLBACK");
    }
    sink->write(one("B"));
    sink.commit();
    CHECK(query(box / "d", "SELECT symbol FROM bars ORDER BY rowid") == Rows{"A", "B"});
}

TEST_CASE("a database that another program holds can be opened later") {
    const Sandbox box;
    query(box / "d", "CREATE TABLE other (x)");
    Reader other(box / "d");
    other("BEGIN EXCLUSIVE");
    const auto sink = make<Sqlite>(options_for(box / "d"));
    sink->bind(single(unkeyed().schema()));
    TestContext context;
    CHECK_THROWS_AS(sink->open(context), RetryableError);
    other("ROLLBACK");
    CHECK_NOTHROW(sink->open(context));
    sink->close();
}

TEST_CASE("a full or failing disk leaves nothing half-written and can be tried again") {
    const int error = GENERATE(ENOSPC, EIO);
    const Sandbox box;
    FailingDisk disk;
    Writing sink(options_for(box / "d", "transaction_rows = 2"), one("A").schema());
    sink->write(one("A"));
    sink->write(one("B"));
    sink->write(one("C"));
    disk.fail_with(error);
    CHECK_THROWS_AS(sink->write(many()), RetryableError);
    CHECK_THROWS_WITH(sink->write(many()), Contains(error == ENOSPC ? "full" : "disk I/O error"));
    disk.fail_with(0);
    CHECK(query(box / "d", "SELECT symbol FROM bars ORDER BY rowid") == Rows{"A", "B"});
    sink->write(many());
    sink->write(one("D"));
    disk.fail_with(error);
    StateWriter state;
    CHECK_THROWS_AS(sink->commit({1, ""}, state), RetryableError);
    disk.fail_with(0);
    sink.commit();
    CHECK(query(box / "d", "SELECT count(*), count(DISTINCT symbol) FROM bars") ==
          Rows{"20004|20004"});
}

TEST_CASE("a full disk at the first transaction leaves no table and can be tried again") {
    const Sandbox box;
    FailingDisk disk;
    Writing sink(options_for(box / "d", "transaction_rows = 1"), keyed().schema());
    disk.fail_with(ENOSPC);
    CHECK_THROWS_AS(sink->write(keyed()), RetryableError);
    disk.fail_with(0);
    CHECK(query(box / "d", "SELECT count(*) FROM sqlite_schema") == Rows{"0"});
    sink->write(keyed());
    sink.commit();
    CHECK(query(box / "d", "SELECT count(*) FROM bars") == Rows{"2"});
}

TEST_CASE("a row that the table refuses is put aside, once, and the others are kept") {
    const Sandbox box;
    query(box / "d",
          "CREATE TABLE bars (symbol TEXT NOT NULL CHECK (symbol <> 'BAD'), "
          "close REAL NOT NULL ON CONFLICT ROLLBACK, note TEXT UNIQUE)");
    const Batch batch = table(R"(
        symbol:symbol  close:float64?  note:string?
        A              1               null
        BAD            2               null
        B              null            null
        C              3               same
        D              4               same
        E              5               null )");
    Writing sink(options_for(box / "d"), batch.schema());
    sink->write(batch.slice(0, 2));
    sink->write(batch.slice(2, 4));
    {
        Reader other(box / "d");
        other("BEGIN IMMEDIATE");
        StateWriter state;
        CHECK_THROWS_AS(sink->commit({1, ""}, state), RetryableError);
        other("ROLLBACK");
    }
    CHECK(sink.context.rejected.empty());
    sink.commit();
    CHECK(query(box / "d", "SELECT symbol FROM bars ORDER BY rowid") == Rows{"A", "C", "E"});
    REQUIRE(sink.context.rejected.size() == 3);
    CHECK_THAT(sink.context.rejected[0].first, Contains("BAD"));
    CHECK_THAT(sink.context.rejected[0].second, Contains("CHECK constraint failed"));
    CHECK_THAT(sink.context.rejected[1].second, Contains("NOT NULL constraint failed: bars.close"));
    CHECK_THAT(sink.context.rejected[2].first, Contains("\"D\""));
    CHECK_THAT(sink.context.rejected[2].second, Contains("UNIQUE constraint failed"));
}

TEST_CASE("a trigger that takes back the transaction is an error, not a loss") {
    const Sandbox box;
    query(box / "d",
          "CREATE TABLE bars (symbol TEXT, close REAL); CREATE TRIGGER t BEFORE INSERT "
          "ON bars WHEN new.symbol = 'BAD' BEGIN SELECT RAISE(ROLLBACK, 'no'); END");
    Writing sink(options_for(box / "d"), unkeyed().schema());
    sink->write(unkeyed());
    sink->write(one("BAD"));
    StateWriter state;
    CHECK_THROWS_WITH(sink->commit({1, ""}, state), Contains("a trigger of table 'bars'"));
    CHECK(query(box / "d", "SELECT count(*) FROM bars") == Rows{"0"});
}

TEST_CASE("databases that cannot be used are refused with path and cause") {
    const Sandbox box;
    TestContext context;
    const auto open = [&](const std::filesystem::path& path, const std::string& more = {}) {
        const auto sink = make<Sqlite>(options_for(path, more));
        sink->bind(single(unkeyed().schema()));
        try {
            sink->open(context);
        } catch (const RetryableError&) {
            return std::string{"retryable"};
        } catch (const Error& error) {
            return std::string{error.what()};
        }
        sink->close();
        return std::string{};
    };
    put(box / "text", std::string(5'000, 'x'));
    CHECK_THAT(open(box / "text"), Contains("/text'") && Contains("not a database"));
    CHECK(content(box / "text") == std::string(5'000, 'x'));
    CHECK_THAT(open(box.path()), Contains("unable to open") && Contains("names a file"));
    CHECK_THAT(open(box / "text/d"), Contains("cannot make the folder"));
    CHECK_THAT(open(box / "missing", "create = false"), Contains("unable to open"));
    CHECK(!std::filesystem::exists(box / "missing"));

    query(box / "empty", "CREATE TABLE other (x)");
    CHECK_THAT(open(box / "empty", "create = false"), Contains("has no table 'bars'"));

    // The first page says how the others are to be read.
    query(box / "corrupt", "CREATE TABLE bars (symbol TEXT, close REAL)");
    std::string bytes = content(box / "corrupt");
    bytes.replace(100, 3'996, std::string(3'996, '\x7f'));
    put(box / "corrupt", bytes);
    CHECK_THAT(open(box / "corrupt"), Contains("malformed") && Contains("backup"));

    query(box / "readonly", "CREATE TABLE bars (symbol TEXT, close REAL)");
    std::filesystem::permissions(box / "readonly", std::filesystem::perms{0444});
    std::filesystem::permissions(box.path(), std::filesystem::perms{0755});
    CHECK(as_stranger([&] {
              return open(box / "readonly").find("is read-only") != std::string::npos ? 1 : 0;
          }) == 1);
}
