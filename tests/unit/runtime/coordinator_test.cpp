#include <thread>

#include <catch2/catch.hpp>

#include "runtime/coordinator.hpp"

using namespace tsflow;

namespace {

NodeState state(const std::string& bytes) {
    return {"t", bytes, 0};
}

}  // namespace

TEST_CASE("An epoch is complete when every node has reported, and one is under way at a time") {
    int rung = 0;
    Coordinator coordinator(2, 1, 41, true, [&] { ++rung; });
    coordinator.announce();
    CHECK(coordinator.announced() == 42);
    coordinator.announce();
    CHECK(coordinator.announced() == 42);
    coordinator.report(0, 42, state("source"));
    CHECK_FALSE(coordinator.complete());
    CHECK(rung == 0);
    coordinator.report(1, 42, state("sink"));
    CHECK(rung == 1);
    const auto epoch = coordinator.complete();
    REQUIRE(epoch);
    CHECK(epoch->id == 42);
    CHECK(epoch->recorded);
    CHECK(epoch->nodes[1]->bytes == "sink");
    coordinator.stored();
    CHECK_FALSE(coordinator.complete());
    coordinator.announce();
    CHECK(coordinator.announced() == 43);
}

TEST_CASE("A report of an older epoch does not count") {
    Coordinator coordinator(1, 1, 0, true, [] {});
    coordinator.announce();
    coordinator.report(0, 0, state("stale"));
    CHECK_FALSE(coordinator.complete());
}

TEST_CASE("The last source to end does so behind a barrier of its own; others end at once") {
    Coordinator coordinator(3, 2, 0, true, [] {});
    CHECK_FALSE(coordinator.end_source(0, false));
    coordinator.ended(0, state("a at its end"));
    const auto last = coordinator.end_source(0, false);
    REQUIRE(last == std::optional<std::uint64_t>{1});
    coordinator.report(1, 1, state("b at its end"));
    CHECK_FALSE(coordinator.end_source(1, false));
    // The report of the final epoch counts, not what the node says after its end.
    coordinator.report(2, 1, state("before finish"));
    coordinator.ended(2, state("after finish"));
    const auto epoch = coordinator.complete();
    REQUIRE(epoch);
    CHECK(epoch->nodes[0]->bytes == "a at its end");
    CHECK(epoch->nodes[2]->bytes == "before finish");
    coordinator.stored();
    coordinator.announce();
    CHECK(coordinator.announced() == 1);
}

TEST_CASE("A source that ends first sends the barrier that was announced meanwhile") {
    Coordinator coordinator(2, 2, 0, true, [] {});
    coordinator.announce();
    CHECK(coordinator.end_source(0, false) == std::optional<std::uint64_t>{1});
    CHECK_FALSE(coordinator.end_source(1, false));
}

TEST_CASE(
    "On a stop all sources end behind one final barrier, which waits for the epoch under way") {
    Coordinator coordinator(2, 2, 0, true, [] {});
    coordinator.announce();
    std::thread first([&] {
        // Has sent barrier 1 already; the final epoch comes when 1 is stored.
        CHECK(coordinator.end_source(1, true) == std::optional<std::uint64_t>{2});
        CHECK_FALSE(coordinator.end_source(2, true));
    });
    coordinator.report(0, 1, state("a"));
    coordinator.report(1, 1, state("b"));
    REQUIRE(coordinator.complete());
    coordinator.stored();
    first.join();
    CHECK(coordinator.end_source(1, true) == std::optional<std::uint64_t>{2});
    CHECK_FALSE(coordinator.end_source(2, true));
}

TEST_CASE("An epoch announced while the last source waits to end is answered by it") {
    Coordinator coordinator(1, 1, 0, true, [] {});
    coordinator.announce();
    std::thread source([&] {
        std::uint64_t last_barrier = 1;
        while (const auto next = coordinator.end_source(last_barrier, true)) {
            last_barrier = *next;
            coordinator.report(0, last_barrier, state("again"));
            if (last_barrier == 2) {
                break;  // whether the epoch is the host's or the final one
            }
        }
        CHECK(last_barrier == 2);
    });
    coordinator.report(0, 1, state("a"));
    coordinator.stored();
    coordinator.announce();
    source.join();
}

TEST_CASE("After a failure epochs go on and are not recorded") {
    Coordinator coordinator(2, 1, 0, true, [] {});
    coordinator.failed(1, false);
    CHECK(coordinator.broken());
    coordinator.announce();
    coordinator.report(0, 1, state("a"));
    const auto epoch = coordinator.complete();
    REQUIRE(epoch);
    CHECK_FALSE(epoch->recorded);
}

TEST_CASE("An abort lets a source that waits end") {
    Coordinator coordinator(1, 1, 0, true, [] {});
    coordinator.announce();
    std::thread source([&] { CHECK_FALSE(coordinator.end_source(1, true)); });
    coordinator.abort();
    source.join();
}
