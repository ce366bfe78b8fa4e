#include <catch2/catch.hpp>

#include "control/tap_stream.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::control;
using testing::table;

namespace {

Batch numbers(std::int64_t first, std::int64_t last) {
    BatchBuilder rows(testing::schema("number:int64  name:string?"));
    for (std::int64_t number = first; number <= last; ++number) {
        rows.push(0, number);
        rows.push(1, std::string_view{number % 2 == 0 ? "even" : "odd"});
    }
    return rows.finish();
}

/// Keeps even numbers.
class Even final : public Transform {
public:
    Ports bind(const Ports& inputs) override { return single(only(inputs)); }
    void process(Batch batch, Emitter& out) override {
        BatchBuilder rows(batch.schema());
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            if (batch.column<std::int64_t>(0)[row] % 2 == 0) {
                rows.push(0, batch.column<std::int64_t>(0)[row]);
                rows.push(1, batch.strings(1)[row]);
            }
        }
        out.emit(rows.finish());
    }
};

struct Tapped {
    std::shared_ptr<Tap> tap = std::make_shared<Tap>(2);
    std::shared_ptr<std::atomic<bool>> ended = std::make_shared<std::atomic<bool>>(false);
    int released = 0;

    std::unique_ptr<TapStream> stream(TapOptions options, std::unique_ptr<Transform> filter = {}) {
        return std::make_unique<TapStream>(tap, numbers(1, 1).schema(), std::move(filter), options,
                                           ended, [this] { ++released; });
    }
};

}  // namespace

TEST_CASE("A point hands batches to its taps, and to none when there is none") {
    TapPoint point;
    const auto tap = std::make_shared<Tap>(10);
    point.offer(numbers(1, 1));
    point.add(tap);
    point.offer(numbers(2, 3));
    point.remove(*tap);
    point.offer(numbers(4, 4));
    const auto batches = tap->take();
    REQUIRE(batches.size() == 1);
    CHECK(batches[0].column<std::int64_t>(0)[0] == 2);
    CHECK(tap->take().empty());
}

TEST_CASE("A tap that nobody empties keeps the first batches and counts the rest") {
    Tap tap(2);
    for (int i = 0; i < 5; ++i) {
        tap.offer(numbers(1, 10));
    }
    CHECK(tap.take().size() == 2);
    CHECK(tap.missed() == 30);
}

TEST_CASE("Rows come as JSON lines, those that pass the filter only, to the limit") {
    Tapped tapped;
    auto stream = tapped.stream({.limit = 2, .rows_per_second = 1000}, std::make_unique<Even>());
    CHECK(stream->next().empty());
    tapped.tap->offer(numbers(1, 5));
    CHECK(stream->next() == "{\"number\":2,\"name\":\"even\"}\n{\"number\":4,\"name\":\"even\"}\n");
    CHECK(stream->over());
    stream.reset();
    CHECK(tapped.released == 1);
}

TEST_CASE("Rows beyond the rate are left out, which is told once") {
    Tapped tapped;
    const auto stream = tapped.stream({.rows_per_second = 3});
    tapped.tap->offer(numbers(1, 5));
    CHECK(stream->next() ==
          "{\"number\":1,\"name\":\"odd\"}\n{\"number\":2,\"name\":\"even\"}\n"
          "{\"number\":3,\"name\":\"odd\"}\n"
          "# 2 rows left out: more than 3 a second, or than could be looked at\n");
    CHECK(stream->next().empty());
}

TEST_CASE("As a table columns have a head line once and stay aligned") {
    Tapped tapped;
    const auto stream = tapped.stream({.rows_per_second = 1000, .format = RowFormat::table});
    tapped.tap->offer(numbers(99, 100));
    CHECK(stream->next() ==
          "number    name\n"
          "99        odd\n"
          "100       even\n");
    tapped.tap->offer(numbers(1'000'000'000, 1'000'000'000));
    tapped.tap->offer(numbers(7, 7));
    CHECK(stream->next() ==
          "1000000000  even\n"
          "7           odd\n");
}

TEST_CASE("The end of the run ends the stream behind what had come") {
    Tapped tapped;
    const auto stream = tapped.stream({.rows_per_second = 1000});
    tapped.tap->offer(numbers(1, 1));
    *tapped.ended = true;
    CHECK(stream->next() == "{\"number\":1,\"name\":\"odd\"}\n");
    CHECK(stream->next().empty());
    CHECK(stream->over());
}
