#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "tsflow/builder.hpp"
#include "tsflow/error.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::testing;
using namespace std::chrono_literals;

namespace {

/// Hands rows on, and writes down how it was called.
class Echo final : public Transform {
public:
    Ports bind(const Ports& inputs) override {
        calls += "bind ";
        return single(only(inputs));
    }
    void open(Context&) override { calls += "open "; }
    void close() noexcept override { calls += "close "; }
    void process(Batch batch, Emitter& out) override {
        calls += "process ";
        if (fail) {
            throw Error("broken");
        }
        out.emit(std::move(batch));
    }
    void advance(Timestamp time, Emitter& out) override {
        calls += time == Timestamp::max() ? "end-of-time " : "advance ";
        out.watermark(time);
    }
    void finish(Emitter&) override { calls += "finish "; }

    std::string calls;
    bool fail = false;
};

/// Counts up; one row each second of its clock.
class Ticker final : public Source {
public:
    explicit Ticker(std::int64_t count) : count_(count) {}
    Ports outputs() const override { return single(schema("n:int64")); }
    void open(Context& context) override {
        context_ = &context;
        next_ = context.clock().now();
    }
    void close() noexcept override { closed = true; }
    Poll poll(Emitter& out, Millis) override {
        if (n_ == count_) {
            return Poll::done;
        }
        if (context_->clock().now() < next_) {
            return Poll::idle;
        }
        BatchBuilder rows{schema("n:int64")};
        rows.push(0, ++n_);
        out.emit(rows.finish());
        next_ += 1s;
        return Poll::more;
    }
    bool closed = false;

private:
    std::int64_t count_;
    std::int64_t n_ = 0;
    Context* context_ = nullptr;
    Timestamp next_;
};

class Silent final : public Source {
public:
    Ports outputs() const override { return single(schema("n:int64")); }
    Poll poll(Emitter&, Millis) override { return Poll::idle; }
    void close() noexcept override { closed = true; }
    bool closed = false;
};

}  // namespace

TEST_CASE("run binds, opens, feeds, finishes and closes, in this order") {
    Echo echo;
    CHECK(run(echo, {table("a:int64\n1"), table("a:int64\n2\n3")}) == table("a:int64\n1\n2\n3"));
    CHECK(echo.calls == "bind open process process end-of-time finish close ");
}

TEST_CASE("run without finish leaves the input open") {
    Echo echo;
    run(echo, {table("a:int64\n1")}, false);
    CHECK(echo.calls == "bind open process close ");
}

TEST_CASE("run closes a transform that throws, and refuses to guess a schema") {
    Echo echo;
    echo.fail = true;
    CHECK_THROWS_WITH(run(echo, {table("a:int64\n1")}), "broken");
    CHECK(echo.calls == "bind open process close ");
    CHECK_THROWS_AS(run(echo, {}), Error);
}

TEST_CASE("drain polls to the end, and moves the clock of a source that waits") {
    Ticker ticker{3};
    CHECK(drain(ticker) == table("n:int64\n1\n2\n3"));
    CHECK(ticker.closed);
}

TEST_CASE("drain stops once it has the rows") {
    Ticker ticker{1'000'000};
    CHECK(drain(ticker, 2) == table("n:int64\n1\n2"));
    CHECK(ticker.closed);
}

TEST_CASE("drain gives up on a source that stays idle, and closes it") {
    Silent silent;
    CHECK_THROWS_WITH(drain(silent), Catch::Contains("idle 6000 times in a row, after 0 rows"));
    CHECK(silent.closed);
}
