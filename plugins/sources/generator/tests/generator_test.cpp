#include "generator.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "market/bar.hpp"
#include "tsflow/record.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace std::chrono_literals;
using generator::Generator;
using market::Bar;

namespace {

Batch all_rows(const std::string& toml) {
    return testing::drain(*testing::make<Generator>(toml));
}

std::string saved(const Source& source) {
    StateWriter state;
    source.position(state);
    return state.bytes();
}

}  // namespace

TEST_CASE("the generator keeps what every source promises") {
    CHECK(testing::conformance<Generator>({"rows = 1000\nbatch_rows = 64", {}, {}}).empty());
    CHECK(testing::conformance<Generator>(
              {"rows = 300\nrate = 1000\nsymbols = 7\nbatch_rows = 1000", {}, {}})
              .empty());
}

TEST_CASE("rows are bars of all symbols, minute by minute") {
    const Batch batch = all_rows("rows = 7\nsymbols = 3\nstart = 2024-01-02T14:30:00Z");
    std::vector<std::string> rows;
    for (const Bar& bar : tsflow::rows<Bar>(batch)) {
        rows.push_back(std::string{bar.symbol.text()} + " " + format_timestamp(bar.timestamp));
    }
    CHECK(rows ==
          std::vector<std::string>{"SYN0001 2024-01-02T14:30:00Z", "SYN0002 2024-01-02T14:30:00Z",
                                   "SYN0003 2024-01-02T14:30:00Z", "SYN0001 2024-01-02T14:31:00Z",
                                   "SYN0002 2024-01-02T14:31:00Z", "SYN0003 2024-01-02T14:31:00Z",
                                   "SYN0001 2024-01-02T14:32:00Z"});
    CHECK(generator::ticker_of(12'344) == "SYN12345");
}

TEST_CASE("every bar is one that a market could have made") {
    const Batch batch = all_rows("rows = 200000\nsymbols = 2\nvolatility = 0.02\nprice = 5");
    std::vector<double> last(Symbol::count(), 0);
    std::size_t wrong = 0;
    const auto in_cents = [](double value) { return std::round(value * 100) / 100 == value; };
    for (const Bar& bar : tsflow::rows<Bar>(batch)) {
        const auto symbol = static_cast<std::size_t>(bar.symbol.code());
        const bool right = bar.low > 0 && bar.low <= std::min(bar.open, bar.close) &&
                           bar.high >= std::max(bar.open, bar.close) && in_cents(bar.open) &&
                           in_cents(bar.high) && in_cents(bar.low) && in_cents(bar.close) &&
                           bar.volume >= 1 && std::floor(bar.volume) == bar.volume &&
                           bar.transactions && *bar.transactions >= 1 &&
                           (last[symbol] == 0 || last[symbol] == bar.open);
        wrong += right ? 0 : 1;
        last[symbol] = bar.close;
    }
    CHECK(wrong == 0);
}

TEST_CASE("volatility is the standard deviation of the return of a bar") {
    const Batch batch = all_rows("rows = 100000\nsymbols = 1\nvolatility = 0.01\nprice = 100000");
    double sum = 0;
    for (const Bar& bar : tsflow::rows<Bar>(batch)) {
        sum += std::pow(bar.close / bar.open - 1, 2);
    }
    CHECK(std::sqrt(sum / 100'000) == Approx(0.01).epsilon(0.02));
}

TEST_CASE("the same options make the same rows, whatever the batches, and another seed others") {
    const Batch once = all_rows("rows = 5000\nbatch_rows = 1024");
    CHECK(all_rows("rows = 5000\nbatch_rows = 77") == once);
    CHECK(all_rows("rows = 9000\nbatch_rows = 500").slice(0, 5000) == once);
    CHECK_FALSE(all_rows("rows = 5000\nseed = 2") == once);
}

TEST_CASE("a resumed generator makes the same rows and batches as an undisturbed one") {
    const std::string toml = "rows = 1000\nsymbols = 7\nbatch_rows = 64";
    testing::TestContext context;
    testing::CollectingEmitter whole;
    const auto source = testing::make<Generator>(toml);
    source->open(context);
    std::vector<std::string> positions{saved(*source)};
    while (source->poll(whole, 10ms) == Poll::more) {
        positions.push_back(saved(*source));
    }
    source->close();
    REQUIRE(positions.size() == 17);

    for (std::size_t i = 0; i < positions.size(); ++i) {
        testing::CollectingEmitter rest;
        const auto again = testing::make<Generator>(toml);
        again->open(context);
        StateReader state(positions[i]);
        again->resume(state);
        while (again->poll(rest, 10ms) == Poll::more) {
        }
        REQUIRE(i + rest.batches.size() == whole.batches.size());
        for (std::size_t k = 0; k < rest.batches.size(); ++k) {
            CHECK(rest.batches[k].second == whole.batches[i + k].second);
        }
        again->close();
    }
}

TEST_CASE("a position of other options is refused with what to do") {
    testing::TestContext context;
    const auto source = testing::make<Generator>("rows = 100\nbatch_rows = 50");
    source->open(context);
    testing::CollectingEmitter out;
    source->poll(out, 10ms);
    const std::string position = saved(*source);

    const auto resume = [&](const std::string& toml) {
        const auto other = testing::make<Generator>(toml);
        other->open(context);
        StateReader state(position);
        other->resume(state);
    };
    CHECK_THROWS_WITH(resume("rows = 100\nseed = 2"), Catch::Contains("seed = 1"));
    CHECK_THROWS_WITH(resume("rows = 100\nsymbols = 9"), Catch::Contains("symbols = 10"));
    CHECK_THROWS_WITH(resume("rows = 49"), Catch::Contains("behind row 50"));
    CHECK_NOTHROW(resume("rows = 50"));
}

TEST_CASE("watermarks stand at the bar that is being made") {
    testing::TestContext context;
    testing::CollectingEmitter out;
    const auto source = testing::make<Generator>(
        "rows = 6\nsymbols = 2\nbatch_rows = 3\nstart = 2024-01-02T14:30:00Z");
    source->open(context);
    while (source->poll(out, 10ms) == Poll::more) {
    }
    REQUIRE(out.watermarks.size() == 2);
    CHECK(format_timestamp(out.watermarks[0]) == "2024-01-02T14:31:00Z");
    CHECK(format_timestamp(out.watermarks[1]) == "2024-01-02T14:33:00Z");
}

TEST_CASE("the rate is kept by the context's clock, and a late reader catches up") {
    testing::TestContext context;
    testing::CollectingEmitter out;
    const auto source = testing::make<Generator>("rate = 100");
    source->open(context);
    const Timestamp start = context.clock().now();
    const auto seconds = [&] {
        return std::chrono::duration<double>(context.clock().now() - start).count();
    };
    CHECK(source->poll(out, 10ms) == Poll::idle);
    CHECK(out.rows() == 0);
    while (seconds() < 2) {
        source->poll(out, 10ms);
        CHECK(static_cast<double>(out.rows()) <= 100 * seconds());
        CHECK(static_cast<double>(out.rows()) > 100 * seconds() - 11);
    }
    CHECK(out.rows() >= 190);

    context.clock_.advance(5s);
    while (source->poll(out, 0ms) == Poll::more) {
    }
    CHECK(out.rows() == 700);
}

TEST_CASE("a paced generator stops waiting when the pipeline stops") {
    testing::TestContext context;
    context.stop = true;
    testing::CollectingEmitter out;
    const auto source = testing::make<Generator>("rate = 0.5");
    source->open(context);
    CHECK(source->poll(out, 10ms) == Poll::idle);
    CHECK(out.batches.empty());
}

TEST_CASE("progress is known when the number of rows is") {
    testing::TestContext context;
    testing::CollectingEmitter out;
    const auto endless = testing::make<Generator>("");
    CHECK_FALSE(endless->progress());
    const auto source = testing::make<Generator>("rows = 100\nbatch_rows = 60");
    source->open(context);
    source->poll(out, 10ms);
    REQUIRE(source->progress());
    CHECK(source->progress()->done == 60);
    CHECK(source->progress()->total == 100);
}

TEST_CASE("more rows than there are timestamps are refused") {
    const std::vector<std::string> errors =
        testing::errors<Generator>("rows = 200000000\nsymbols = 1");
    REQUIRE(errors.size() == 1);
    CHECK_THAT(errors.front(), Catch::Contains("2262"));
    CHECK(testing::errors<Generator>("rows = 200000000\nsymbols = 2").empty());
}

TEST_CASE("an endless generator ends where timestamps do") {
    const Batch batch = all_rows("start = 2262-01-01T00:00:00Z\ninterval = \"30d\"\nsymbols = 2");
    CHECK(batch.rows() == 6);
}
