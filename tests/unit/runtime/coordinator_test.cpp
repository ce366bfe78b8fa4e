#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "runtime/coordinator.hpp"

using namespace tsflow;

namespace {

NodeState state(const std::string& bytes) {
    return {"t", bytes, 0};
}

}  // namespace

TEST_CASE("An epoch is complete when every node has reported, and is taken once") {
    int rung = 0;
    Coordinator coordinator(2, 1, 41, true, [&] { ++rung; });
    coordinator.announce();
    CHECK(coordinator.announced() == 42);
    coordinator.report(0, 42, state("source"));
    CHECK_FALSE(coordinator.take_complete());
    CHECK(rung == 0);
    coordinator.report(1, 42, state("sink"));
    CHECK(rung == 1);
    const auto epoch = coordinator.take_complete();
    REQUIRE(epoch);
    CHECK(epoch->id == 42);
    CHECK(epoch->recorded);
    CHECK(epoch->nodes[1]->bytes == "sink");
    CHECK_FALSE(coordinator.take_complete());
    coordinator.announce();
    CHECK(coordinator.announced() == 43);
}

TEST_CASE(
    "The next epoch does not wait for a node that is behind; the newest complete one counts") {
    Coordinator coordinator(3, 1, 0, true, [] {});
    for (std::uint64_t epoch = 1; epoch <= 4; ++epoch) {
        coordinator.announce();
        CHECK(coordinator.announced() == epoch);
        coordinator.report(0, epoch, state("source " + std::to_string(epoch)));
        coordinator.report(1, epoch, state("fast " + std::to_string(epoch)));
    }
    CHECK_FALSE(coordinator.take_complete());
    coordinator.report(2, 1, state("slow 1"));
    coordinator.report(2, 2, state("slow 2"));
    const auto second = coordinator.take_complete();
    REQUIRE(second);
    CHECK(second->id == 2);
    CHECK(second->nodes[0]->bytes == "source 2");
    CHECK(second->nodes[1]->bytes == "fast 2");
    CHECK(second->nodes[2]->bytes == "slow 2");
    CHECK_FALSE(coordinator.outstanding(1));
    CHECK(coordinator.outstanding(3));
    coordinator.report(2, 4, state("slow 4"));  // 3 had been dropped on its way
    CHECK(coordinator.take_complete()->id == 4);
    CHECK_FALSE(coordinator.outstanding(3));
}

TEST_CASE(
    "While a node is down for long, few epochs are kept: the oldest, the newest, some between") {
    Coordinator coordinator(2, 1, 0, true, [] {});
    constexpr std::uint64_t epochs = 10'000;
    for (std::uint64_t epoch = 1; epoch <= epochs; ++epoch) {
        coordinator.announce();
        coordinator.report(0, epoch, state("source"));
    }
    std::vector<std::uint64_t> kept;
    for (std::uint64_t epoch = 1; epoch <= epochs; ++epoch) {
        if (coordinator.outstanding(epoch)) {
            kept.push_back(epoch);
        }
    }
    REQUIRE(kept.size() == Coordinator::most_outstanding);
    CHECK(kept.front() == 1);
    CHECK(kept.back() == epochs);
    // Evenly enough that the node, once back, never has to go far for the next one.
    for (std::size_t i = 1; i < kept.size(); ++i) {
        CHECK(kept[i] - kept[i - 1] <= epochs / 2);
    }
    // It comes back and passes all barriers; each kept one advances what is stored.
    std::vector<std::uint64_t> stored;
    for (std::uint64_t epoch = 1; epoch <= epochs; ++epoch) {
        coordinator.report(1, epoch, state("back"));
        if (const auto complete = coordinator.take_complete()) {
            stored.push_back(complete->id);
        }
    }
    CHECK(stored == kept);
}

TEST_CASE("A source sends the barriers of all outstanding epochs, oldest first") {
    Coordinator coordinator(2, 2, 0, true, [] {});
    coordinator.announce();
    coordinator.announce();
    CHECK(coordinator.next_barrier(0) == std::optional<std::uint64_t>{1});
    CHECK(coordinator.next_barrier(1) == std::optional<std::uint64_t>{2});
    CHECK_FALSE(coordinator.next_barrier(2));
}

TEST_CASE("A report of an older epoch does not count") {
    Coordinator coordinator(1, 1, 0, true, [] {});
    coordinator.announce();
    coordinator.report(0, 0, state("stale"));
    CHECK_FALSE(coordinator.take_complete());
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
    const auto epoch = coordinator.take_complete();
    REQUIRE(epoch);
    CHECK(epoch->nodes[0]->bytes == "a at its end");
    CHECK(epoch->nodes[2]->bytes == "before finish");
    coordinator.announce();
    CHECK(coordinator.announced() == 1);
}

TEST_CASE("A source that ends first sends the barrier that was announced meanwhile") {
    Coordinator coordinator(2, 2, 0, true, [] {});
    coordinator.announce();
    CHECK(coordinator.end_source(0, false) == std::optional<std::uint64_t>{1});
    CHECK_FALSE(coordinator.end_source(1, false));
}

TEST_CASE("On a stop all sources end behind one final barrier, which waits for no older epoch") {
    Coordinator coordinator(2, 2, 0, true, [] {});
    coordinator.announce();
    // The first has sent barrier 1 already, the second not yet.
    CHECK(coordinator.end_source(1, true) == std::optional<std::uint64_t>{2});
    CHECK_FALSE(coordinator.end_source(2, true));
    CHECK(coordinator.end_source(0, true) == std::optional<std::uint64_t>{1});
    CHECK(coordinator.end_source(1, true) == std::optional<std::uint64_t>{2});
    CHECK_FALSE(coordinator.end_source(2, true));
}

TEST_CASE("After a failure epochs go on and are not recorded") {
    Coordinator coordinator(2, 1, 0, true, [] {});
    coordinator.failed(1, false);
    CHECK(coordinator.broken());
    coordinator.announce();
    coordinator.report(0, 1, state("a"));
    const auto epoch = coordinator.take_complete();
    REQUIRE(epoch);
    CHECK_FALSE(epoch->recorded);
}
