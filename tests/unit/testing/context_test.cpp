#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::testing;
using namespace std::chrono_literals;

TEST_CASE("a fake clock moves only when told") {
    FakeClock clock{Timestamp{5s}};
    CHECK(clock.now() == Timestamp{5s});
    clock.advance(250ms);
    CHECK(clock.now() == Timestamp{5s + 250ms});
}

TEST_CASE("a test context keeps logs, counters and rejected records") {
    TestContext context;
    context.log(Level::warning, "slow");
    context.counter("retries").add(2);
    context.counter("retries").add();
    context.reject("raw text", "is no record");
    context.reject(table("a:int64 b:string\n1 x\n2 y"), 1, "out of range");

    CHECK(context.logs == std::vector<std::pair<Level, std::string>>{{Level::warning, "slow"}});
    CHECK(context.counters.at("retries").value() == 3);
    REQUIRE(context.rejected.size() == 2);
    CHECK(context.rejected[0] == std::pair<std::string, std::string>{"raw text", "is no record"});
    CHECK(context.rejected[1] ==
          std::pair<std::string, std::string>{R"({"a":2,"b":"y"})", "out of range"});
}

TEST_CASE("a test context keeps gauges and has as many reloads as the test says") {
    TestContext context;
    context.gauge("open").set(4);
    context.gauge("open").set(-1);
    CHECK(context.gauges.at("open").value() == -1);
    CHECK(context.reloads() == 0);
    ++context.reload_count;
    CHECK(context.reloads() == 1);
}

TEST_CASE("a test context has a folder that goes with it, or none") {
    std::filesystem::path folder;
    {
        TestContext context;
        folder = context.state_dir();
        CHECK(std::filesystem::is_empty(folder));
        CHECK(context.state_dir() == folder);
        std::ofstream(folder / "file") << "kept";
        TestContext other;
        CHECK(other.state_dir() != folder);
        other.keeps_state = false;
        CHECK(other.state_dir().empty());
    }
    CHECK_FALSE(std::filesystem::exists(folder));
}

TEST_CASE("sleeping moves the clock at once, and not when the pipeline stops") {
    TestContext context;
    const Timestamp start = context.clock().now();
    CHECK(context.sleep_for(1h));
    CHECK(context.clock().now() == start + 1h);
    context.stop = true;
    CHECK(context.stopping());
    CHECK_FALSE(context.sleep_for(1h));
    CHECK(context.clock().now() == start + 1h);
}

TEST_CASE("a collecting emitter keeps batches by port, and watermarks") {
    const Batch two = table("a:int64\n1\n2");
    const Batch one = table("a:int64\n3");
    CollectingEmitter out;
    int calls = 0;
    out.after = [&calls] { ++calls; };
    out.emit(two);
    out.emit(table("b:string\nx"), 1);
    out.emit(one);
    out.emit(table("a:int64"));  // without rows: as the host, it is not passed on
    out.watermark(Timestamp{9s});

    CHECK(calls == 5);
    CHECK(out.batches.size() == 3);
    CHECK(out.rows() == 3);
    CHECK(out.rows(1) == 1);
    CHECK(out.all(two.schema()) == table("a:int64\n1\n2\n3"));
    CHECK(out.all(two.schema(), 2) == table("a:int64"));
    CHECK(out.watermarks == std::vector<Timestamp>{Timestamp{9s}});
}
