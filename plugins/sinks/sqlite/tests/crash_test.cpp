#include "reading.hpp"

using namespace tsflow;
using namespace tsflow::testing;
using Catch::Matchers::Contains;

namespace {

/// Writes `before`, commits checkpoint `id`, writes `after` in transactions of its own, and dies.
std::string killed_after(const std::filesystem::path& path, const Batch& before, const Batch& after,
                         std::uint64_t id = 1) {
    const std::filesystem::path state = std::filesystem::path{path}.concat(".state");
    CHECK(in_killed_process([&] {
              Writing sink(options_for(path, "transaction_rows = 1"), before.schema());
              sink->write(before);
              put(state, sink.commit(id));
              sink->write(after);
              return 0;
          }) == 0);
    return content(state);
}

}  // namespace

TEST_CASE("after a kill rows without a key are as at the checkpoint") {
    const Sandbox box;
    const std::string state = killed_after(box / "d", unkeyed(), unkeyed());
    CHECK(query(box / "d", "SELECT count(*) FROM bars") == Rows{"4"});
    Writing sink(options_for(box / "d"), unkeyed().schema());
    sink.restore(state);
    CHECK(query(box / "d", all_rows) == Rows{"MSFT|55.25", "SPY|208.5"});
    sink->write(unkeyed());
    sink.commit(2);
    CHECK(query(box / "d", "SELECT count(*) FROM bars") == Rows{"4"});
}

TEST_CASE("after a kill rows with a key are replaced by the replay") {
    const Sandbox box;
    const std::string state = killed_after(box / "d", keyed().slice(0, 2), keyed().slice(2, 1));
    const Rows final = {"MSFT|2016-04-15T13:30:00Z|55.75|120",
                        "SPY|2016-04-15T13:30:00Z|208.5|null"};
    Writing sink(options_for(box / "d"), keyed().schema());
    sink.restore(state);
    sink->write(keyed().slice(2, 1));
    sink.commit(2);
    CHECK(query(box / "d", all_rows) == final);
    CHECK(query(box / "d", "SELECT id FROM tsflow_checkpoints") == Rows{"2"});
}

TEST_CASE("rows that a killed run left before its first checkpoint do not stay twice") {
    const Sandbox box;
    CHECK(in_killed_process([&] {
              Writing sink(options_for(box / "d", "transaction_rows = 1"), unkeyed().schema());
              sink->write(unkeyed());
              return 0;
          }) == 0);
    CHECK(query(box / "d", "SELECT count(*) FROM bars") == Rows{"2"});
    Writing sink(options_for(box / "d"), unkeyed().schema());
    sink->write(unkeyed());
    sink.commit();
    CHECK(query(box / "d", "SELECT count(*) FROM bars") == Rows{"2"});
    REQUIRE(sink.context.logs.size() == 1);
    CHECK_THAT(sink.context.logs[0].second, Contains("removed 2 rows"));
}

TEST_CASE("rows in a transaction that never ended are not there") {
    const Sandbox box;
    CHECK(in_killed_process([&] {
              Writing sink(options_for(box / "d"), keyed().schema());
              sink->write(keyed().slice(0, 1));
              sink.commit();
              sink->write(keyed().slice(1, 1));
              return 0;
          }) == 0);
    CHECK(query(box / "d", "SELECT symbol FROM bars") == Rows{"MSFT"});
}

TEST_CASE("sqlite goes back to an older checkpoint than the one it holds") {
    const Sandbox box;
    std::string first;
    {
        Writing sink(options_for(box / "d"), unkeyed().schema());
        sink->write(unkeyed());
        first = sink.commit(1);
        sink->write(unkeyed());
        sink.commit(2);
    }
    Writing sink(options_for(box / "d"), unkeyed().schema());
    sink.restore(first);
    CHECK(query(box / "d", "SELECT count(*) FROM bars") == Rows{"2"});
}

TEST_CASE("a commit outside of checkpoints leaves the checkpoint as it is") {
    const Sandbox box;
    std::string state;
    {
        Writing sink(options_for(box / "d"), unkeyed().schema());
        sink->write(unkeyed());
        sink.commit(7);
        sink->write(unkeyed());
        state = sink.commit(0);
    }
    CHECK(query(box / "d", "SELECT id FROM tsflow_checkpoints") == Rows{"7"});
    Writing sink(options_for(box / "d"), unkeyed().schema());
    CHECK_NOTHROW(sink.restore(state));
    CHECK(query(box / "d", "SELECT count(*) FROM bars") == Rows{"4"});
}

TEST_CASE("sqlite refuses a database that is older than the checkpoint") {
    const Sandbox box;
    std::string state;
    {
        Writing sink(options_for(box / "d"), keyed().schema());
        sink->write(keyed());
        sink.commit(3);
    }
    std::filesystem::copy_file(box / "d", box / "backup");
    {
        Writing sink(options_for(box / "d"), keyed().schema());
        state = sink.commit(8);
    }
    SECTION("a restored file") {
        Writing sink(options_for(box / "backup"), keyed().schema());
        CHECK_THROWS_WITH(sink.restore(state),
                          Contains("older than the pipeline's last checkpoint") &&
                              Contains("checkpoint 3 of test") && Contains("at checkpoint 8") &&
                              Contains("put the right file back"));
    }
    SECTION("another file") {
        query(box / "other",
              "CREATE TABLE bars (symbol TEXT, time TEXT, close REAL, volume INT, "
              "PRIMARY KEY (time, symbol))");
        Writing sink(options_for(box / "other"), keyed().schema());
        CHECK_THROWS_WITH(sink.restore(state), Contains("it holds no checkpoint"));
    }
    SECTION("a missing file, which is not made good by a second start") {
        for (int start = 0; start < 2; ++start) {
            Writing sink(options_for(box / "missing"), keyed().schema());
            CHECK_THROWS_WITH(sink.restore(state), Contains("has no table 'bars'"));
        }
    }
    SECTION("another table") {
        Writing sink("path = '" + (box / "d").string() + "'\ntable = 'other'", keyed().schema());
        CHECK_THROWS_WITH(sink.restore(state), Contains("'bars'") && Contains("'other'"));
    }
}
