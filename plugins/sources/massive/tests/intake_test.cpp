#include <catch2/catch.hpp>

#include <string>
#include <thread>

#include "feed/intake.hpp"

using namespace tsflow;
using namespace tsflow::massive;
using namespace std::chrono_literals;

TEST_CASE("Frames and notes come out in the order they went in") {
    Intake intake(1 << 20);
    REQUIRE(intake.push_frame(1, Timestamp{5ns}, "one", false));
    intake.push(FeedItem::Kind::down, 1, Timestamp{6ns}, {{"AAPL"}, "lost", false});
    REQUIRE(intake.push_frame(2, Timestamp{7ns}, "two", true));
    const auto block = intake.take(0ms);
    REQUIRE(block);
    REQUIRE(block->items().size() == 3);
    CHECK(block->frame(block->items()[0]) == "one");
    CHECK(block->items()[0].at == Timestamp{5ns});
    CHECK(block->note(block->items()[1]).tickers == Tickers{"AAPL"});
    CHECK(block->frame(block->items()[2]) == "two");
    CHECK(block->items()[2].statuses_told);
    CHECK_FALSE(intake.take(0ms));
}

TEST_CASE("The limit refuses a frame and notes still pass") {
    Intake intake(10);
    CHECK(intake.push_frame(0, {}, "12345678", false));
    CHECK_FALSE(intake.push_frame(0, {}, "123", false));
    intake.push(FeedItem::Kind::down, 0, {}, {});
    CHECK(intake.waiting_bytes() == 8);
    CHECK(intake.take(0ms)->items().size() == 2);
    CHECK(intake.waiting_bytes() == 0);
    CHECK(intake.push_frame(0, {}, std::string(100, 'x'),
                            false));  // larger than the limit, but alone
}

TEST_CASE("A frame larger than a block gets one of its own") {
    Intake intake(std::uint64_t{1} << 30);
    const std::string large(3 * FeedBlock::usual_size, 'x');
    REQUIRE(intake.push_frame(0, {}, "a", false));
    REQUIRE(intake.push_frame(0, {}, large, false));
    auto first = intake.take(0ms);
    intake.recycle(std::move(first));
    auto second = intake.take(0ms);
    CHECK(second->frame(second->items()[0]) == large);
    intake.recycle(std::move(second));
    REQUIRE(intake.push_frame(0, {}, "b", false));
    CHECK(intake.take(0ms)->items().size() == 1);  // a recycled block is empty
}

TEST_CASE("A reader that is far ahead goes on though nothing is taken, and loses nothing") {
    Intake intake(std::uint64_t{1} << 30);
    constexpr std::size_t frames = 12;
    const std::string frame(300'000, 'x');
    for (std::size_t i = 0; i < frames; ++i) {
        REQUIRE(intake.push_frame(0, Timestamp{Duration{i}}, frame, false));
    }
    CHECK(intake.waiting_bytes() == frames * frame.size());
    std::size_t taken = 0;
    while (const auto block = intake.take(0ms)) {
        for (const FeedItem& item : block->items()) {
            CHECK(item.at == Timestamp{Duration{taken++}});
            CHECK(block->frame(item) == frame);
        }
    }
    CHECK(taken == frames);
}

TEST_CASE("A stage that waits gets what was announced, and wake() ends the wait") {
    Intake intake(1 << 20);
    std::thread writer([&] {
        intake.push_frame(0, {}, "x", false);
        intake.push_frame(0, {}, "y", false);
        intake.announce();
    });
    const auto block = intake.take(1h);
    REQUIRE(block);
    CHECK(block->items().size() >= 1);
    writer.join();
    std::thread waker([&] { intake.wake(); });
    while (intake.take(1h)) {
    }
    waker.join();
}

TEST_CASE("A stage that waits is woken when much has come, though nothing was announced") {
    Intake intake(std::uint64_t{1} << 30);
    const std::string frame(300'000, 'x');
    std::thread writer([&] { intake.push_frame(0, {}, frame, false); });
    const auto block = intake.take(1h);
    REQUIRE(block);
    CHECK(block->bytes() == frame.size());
    writer.join();
}
