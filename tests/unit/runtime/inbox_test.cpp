#include <thread>

#include <catch2/catch.hpp>

#include "runtime/inbox.hpp"
#include "runtime/retry.hpp"
#include "test_nodes.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::test;

namespace {

Message batch_of(std::int64_t number, int rows = 1) {
    BatchBuilder builder(number_schema());
    for (int i = 0; i < rows; ++i) {
        builder.push(0, number);
        builder.push(1, Timestamp{});
    }
    Message message;
    message.batch = builder.finish();
    return message;
}

Message control(Message::Kind kind, std::int64_t seconds = 0) {
    Message message;
    message.kind = kind;
    message.time = Timestamp{std::chrono::seconds{seconds}};
    if (kind == Message::Kind::barrier) {
        message.barrier = std::make_shared<const Barrier>(Barrier{1, {}});
    }
    return message;
}

/// `b7` for a batch of the number 7, `w5` for a watermark of 5 s, `|` for a barrier.
std::string text(const std::vector<Message>& messages) {
    std::string out;
    for (const Message& m : messages) {
        switch (m.kind) {
            case Message::Kind::batch:
                out += " b";
                for (const std::int64_t n : m.batch.column<std::int64_t>(0)) {
                    out += std::to_string(n);
                }
                break;
            case Message::Kind::watermark:
                out += " w" + std::to_string(m.time.time_since_epoch() / std::chrono::seconds{1});
                break;
            case Message::Kind::barrier:
                out += " |";
                break;
            case Message::Kind::idle:
                out += " idle";
                break;
            case Message::Kind::end:
                out += " end";
                break;
        }
    }
    return out;
}

std::string take_all(Inbox& inbox) {
    std::vector<Message> messages;
    REQUIRE(inbox.take(messages));
    return text(messages);
}

QueueSpec queue(std::size_t batches, WhenFull when_full) {
    QueueSpec spec;
    spec.batches = batches;
    spec.when_full = when_full;
    return spec;
}

}  // namespace

TEST_CASE("Lanes are merged in the order of arrival") {
    Inbox inbox;
    inbox.add_lane(QueueSpec{});
    inbox.add_lane(QueueSpec{});
    inbox.push(0, batch_of(1));
    inbox.push(1, batch_of(2));
    inbox.push(1, batch_of(3));
    inbox.push(0, batch_of(4));
    CHECK(take_all(inbox) == " b1 b2 b3 b4");
}

TEST_CASE("What arrives on a held lane waits for the release") {
    Inbox inbox;
    inbox.add_lane(QueueSpec{});
    inbox.add_lane(QueueSpec{});
    inbox.hold(0);
    inbox.push(0, batch_of(1));
    inbox.push(1, batch_of(2));
    CHECK(take_all(inbox) == " b2");
    inbox.release();
    CHECK(take_all(inbox) == " b1");
}

TEST_CASE("Watermarks in a row become one") {
    Inbox inbox;
    inbox.add_lane(QueueSpec{});
    inbox.push(0, control(Message::Kind::watermark, 1));
    inbox.push(0, control(Message::Kind::watermark, 2));
    inbox.push(0, batch_of(1));
    inbox.push(0, control(Message::Kind::watermark, 3));
    CHECK(take_all(inbox) == " w2 b1 w3");
}

TEST_CASE("drop_oldest leaves control messages in their order") {
    Inbox inbox;
    inbox.add_lane(queue(2, WhenFull::drop_oldest));
    inbox.push(0, batch_of(1));
    inbox.push(0, control(Message::Kind::watermark, 1));
    inbox.push(0, batch_of(2));
    inbox.push(0, control(Message::Kind::barrier));
    inbox.push(0, batch_of(3));
    inbox.push(0, batch_of(4));
    inbox.push(0, control(Message::Kind::end));
    CHECK(take_all(inbox) == " w1 | b3 b4 end");
    CHECK(inbox.metrics(0).dropped_rows == 2);
}

TEST_CASE("Barriers that no longer matter do not pile up") {
    std::uint64_t oldest_wanted = 0;
    Inbox inbox([&](std::uint64_t epoch) { return epoch >= oldest_wanted; });
    inbox.add_lane(QueueSpec{});
    const auto barrier = [](std::uint64_t id) {
        Message message = control(Message::Kind::barrier);
        message.barrier = std::make_shared<const Barrier>(Barrier{id, {}});
        return message;
    };
    inbox.push(0, control(Message::Kind::watermark, 1));
    inbox.push(0, barrier(1));
    inbox.push(0, batch_of(1));
    inbox.push(0, control(Message::Kind::watermark, 2));
    inbox.push(0, barrier(2));
    inbox.push(0, control(Message::Kind::watermark, 3));
    inbox.push(0, barrier(3));
    inbox.push(0, control(Message::Kind::watermark, 4));
    oldest_wanted = 3;
    inbox.push(0, barrier(4));
    // What stands behind other rows stays: it says which of them belong together.
    CHECK(take_all(inbox) == " w1 | b1 w3 | w4 |");
}

TEST_CASE("conflate merges behind the last barrier only, and keeps the promise of watermarks") {
    Inbox inbox;
    inbox.add_lane(queue(2, WhenFull::conflate));
    inbox.push(0, batch_of(1));
    inbox.push(0, control(Message::Kind::barrier));
    inbox.push(0, batch_of(2));
    inbox.push(0, control(Message::Kind::watermark, 9));
    inbox.push(0, batch_of(3));
    inbox.push(0, batch_of(2, 3));
    CHECK(take_all(inbox) == " b1 | b32 w9");
    CHECK(inbox.metrics(0).dropped_rows == 3);
    CHECK(inbox.metrics(0).depth == 0);
}

TEST_CASE("A batch larger than the byte limit passes when nothing else waits") {
    Inbox inbox;
    QueueSpec small;
    small.bytes = 1;
    inbox.add_lane(small);
    inbox.push(0, batch_of(1));
    CHECK(inbox.metrics(0).depth == 1);
    CHECK(take_all(inbox) == " b1");
}

TEST_CASE("What the consumer took counts towards the bound until it comes back") {
    Inbox inbox;
    inbox.add_lane(queue(4, WhenFull::block));
    for (const std::int64_t number : {1, 2, 3, 4}) {
        inbox.push(0, batch_of(number));
    }
    CHECK(take_all(inbox) == " b1 b2");
    std::thread producer([&] { inbox.push(0, batch_of(5)); });
    CHECK(take_all(inbox) == " b3 b4");
    producer.join();
    CHECK(take_all(inbox) == " b5");
}

TEST_CASE("An abort wakes a producer that waits and one that comes later") {
    Inbox inbox;
    inbox.add_lane(queue(1, WhenFull::block));
    inbox.push(0, batch_of(1));
    std::thread producer([&] { CHECK_THROWS_AS(inbox.push(0, batch_of(2)), Cancelled); });
    inbox.abort();
    producer.join();
    CHECK_THROWS_AS(inbox.push(0, batch_of(3)), Cancelled);
    std::vector<Message> messages;
    CHECK_FALSE(inbox.take(messages));
}

TEST_CASE("Back-off grows to its limit with full jitter and counts its tries") {
    RetrySpec spec;
    spec.attempts = 4;
    spec.initial = std::chrono::milliseconds{100};
    spec.max = std::chrono::milliseconds{300};
    Backoff backoff(spec);
    std::minstd_rand random(1);
    const std::int64_t limits[] = {100'000'000, 200'000'000, 300'000'000};
    for (const std::int64_t limit : limits) {
        REQUIRE(backoff.again());
        std::int64_t largest = 0;
        for (int i = 0; i < 1000; ++i) {
            const std::int64_t delay = backoff.delay(random).count();
            REQUIRE(delay >= 0);
            REQUIRE(delay <= limit);
            largest = std::max(largest, delay);
        }
        CHECK(largest > limit / 10 * 9);
    }
    CHECK_FALSE(backoff.again());
}
