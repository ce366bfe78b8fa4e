#include "blackhole.hpp"

#include <catch2/catch.hpp>

#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::testing;

TEST_CASE("blackhole counts the rows that it forgets") {
    const Batch batch = table("x:int64\n1\n2\n3");
    TestContext context;
    const auto sink = make<Blackhole>("");
    sink->bind(single(batch.schema()));
    sink->open(context);
    sink->write(batch);
    sink->write_input(1, batch.slice(0, 1));
    sink->close();
    CHECK(context.counter("rows_forgotten").value() == 4);
    CHECK(sink->repeats() == Repeats::harmless);
}

TEST_CASE("blackhole conforms") {
    CHECK(conformance<Blackhole>({"", {table("x:int64\n1\n2")}, {}}) == std::vector<std::string>{});
}
