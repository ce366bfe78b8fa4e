#include "new_rows.hpp"

#include "writing.hpp"

using namespace tsflow;
using namespace tsflow::testing;

namespace {

Batch bars(const std::string& rows) {
    return table("symbol:symbol/key time:timestamp/key/event_time close:float64\n" + rows);
}

/// A bar of each of the symbols.
Batch minute(int number, double close = 1, const std::string& symbols = "AB") {
    std::string rows;
    for (const char symbol : symbols) {
        rows += symbol + std::string{" 2016-04-15T13:"} + std::to_string(10 + number) + ":00Z " +
                std::to_string(close) + "\n";
    }
    return bars(rows);
}

/// Has the table note how its rows came, "COPY" or "INSERT", and a number for each of their transactions.
void note_statements(const Database& database) {
    database.query(
        "CREATE TABLE noted (number serial, how text); CREATE FUNCTION note() RETURNS trigger "
        "LANGUAGE plpgsql AS $$BEGIN INSERT INTO noted (how) VALUES "
        "(split_part(current_query(), ' ', 1)); RETURN NULL; END$$; CREATE TRIGGER note AFTER "
        "INSERT ON bars FOR EACH STATEMENT EXECUTE FUNCTION note()");
}

Rows noted(const Database& database) {
    return database.query("SELECT how FROM noted ORDER BY number");
}

}  // namespace

TEST_CASE("the more often rows are not new, the longer it is until they are taken for new again") {
    timescale::NewRows rows(7);
    const auto pause = [&] {
        int untried = 0;
        while (!rows.try_now()) {
            ++untried;
        }
        return untried;
    };
    CHECK(pause() == 0);
    rows.were_new();
    CHECK(pause() == 0);
    for (const int expected : {1, 3, 7, 7}) {
        rows.were_not();
        CHECK(pause() == expected);
    }
    rows.were_new();  // and as long as they are, each transaction is tried
    CHECK(pause() == 0);
    rows.were_not();
    CHECK(pause() == 7);
    rows.were_new();
    rows.were_new();
    rows.were_new();
    rows.were_not();
    CHECK(pause() == 1);

    timescale::NewRows always(0);
    always.were_not();
    CHECK(always.try_now());
}

TEST_CASE("new rows are copied into the table, and rows that are there are replaced") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    Writing sink(database.options(), minute(0).schema());
    note_statements(database);
    std::uint64_t transaction = 0;
    const auto write = [&](const Batch& batch) {
        sink->write(batch);
        sink.commit(++transaction);
    };
    write(minute(0));
    write(minute(1));
    write(minute(1, 2));          // there: what was copied is rolled back
    write(minute(2));             // not tried
    write(minute(3));             // tried again
    write(minute(4, 3, "BC"));    // new ones
    write(minute(4, 4, "ABCD"));  // some are there
    CHECK(noted(database) == Rows{"COPY", "COPY", "INSERT", "INSERT", "COPY", "COPY", "INSERT"});
    CHECK(database.query("SELECT symbol, count(*), sum(close) FROM bars GROUP BY 1 ORDER BY 1") ==
          Rows{"A|5|9", "B|5|9", "C|1|4", "D|1|4"});
    CHECK(database.query("SELECT id FROM tsflow.checkpoints") == Rows{"7"});
    CHECK(sink.context.counter("rows_committed").value() == 16);
}

TEST_CASE("bulk takes each transaction's rows for new ones") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    Writing sink(database.options("mode = 'bulk'\nconnections = 1"), minute(0).schema());
    note_statements(database);
    for (const int number : {0, 0, 0, 1, 0, 2}) {
        sink->write(minute(number));
        sink.commit();
    }
    CHECK(noted(database) == Rows{"COPY", "INSERT", "INSERT", "COPY", "INSERT", "COPY"});
    CHECK(database.query("SELECT count(*) FROM bars") == Rows{"6"});
}

TEST_CASE("a table whose rows are there keeps none of the others from being copied") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    const auto sink = make<Timescale>("url = '" + database.url() + "'\ntable = '{input}'");
    sink->bind({{"bars", minute(0).schema()}, {"others", minute(0).schema()}});
    TestContext context;
    sink->open(context);
    note_statements(database);
    StateWriter state;
    for (std::uint64_t i = 0; i < 4; ++i) {
        sink->write_input(0, minute(static_cast<int>(i)));
        sink->write_input(1, minute(i == 3 ? 0 : static_cast<int>(i) / 2));
        sink->commit({i + 1, ""}, state);
    }
    sink->close();
    // Of the second minute the other table has the rows already, and both are written anew.
    CHECK(noted(database) == Rows{"COPY", "INSERT", "COPY", "INSERT"});
    CHECK(database.query("SELECT (SELECT count(*) FROM bars), (SELECT count(*) FROM others)") ==
          Rows{"8|4"});
}

TEST_CASE(
    "a table with row security, into which nothing can be copied, takes its rows all the same") {
    TSFLOW_NEEDS_SERVER();
    const Database database;
    { Writing creating(database.options(), minute(0).schema()); }
    database.query(
        "CREATE ROLE guarded LOGIN; GRANT USAGE ON SCHEMA public TO guarded; GRANT SELECT, INSERT, "
        "UPDATE ON bars TO guarded; GRANT ALL ON "
        "SCHEMA tsflow TO guarded; GRANT ALL ON ALL TABLES IN SCHEMA tsflow TO guarded; ALTER "
        "TABLE "
        "bars ENABLE ROW LEVEL SECURITY; CREATE POLICY small ON bars TO guarded USING (close < 5) "
        "WITH CHECK (close < 5)");
    std::string options = database.options("create = false");
    options.replace(options.find("tsflow@"), 6, "guarded");
    {
        Writing sink(options, minute(0).schema());
        for (const double close : {1, 2, 3}) {
            sink->write(minute(0, close));
            sink.commit();
        }
    }
    CHECK(database.query("SELECT symbol, close FROM bars ORDER BY 1") == Rows{"A|3", "B|3"});
    database.query("DROP OWNED BY guarded; DROP ROLE guarded");
}
