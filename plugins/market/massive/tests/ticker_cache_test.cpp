#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "ticker_cache.hpp"

using namespace tsflow;
using namespace tsflow::market::massive;

namespace {

/// The ticker with other letters behind it, as in a frame.
Symbol find(TickerCache& cache, std::string_view ticker, char behind = '"') {
    const std::string text = std::string{ticker} + std::string(TickerCache::word_bytes, behind);
    return cache.find(std::string_view{text}.substr(0, ticker.size()));
}

}  // namespace

TEST_CASE("a ticker's symbol is the dictionary's, whatever stands behind it") {
    TickerCache cache;
    for (const std::string_view ticker :
         {"A", "AAPL", "BRK.B", "BApA", "NA", "nan", "null", "ABCDEFG", "ABCDEFGH", "ABCDEFGHI",
          "O:SPY251219C00650000", "\xc3\xa9"}) {
        CAPTURE(ticker);
        CHECK(find(cache, ticker) == Symbol::intern(ticker));
        CHECK(find(cache, ticker, 'x') == Symbol::intern(ticker));
        CHECK(find(cache, ticker).text() == ticker);
    }
    const std::string_view zero{"A\0", 2};
    CHECK(find(cache, zero).text() == zero);
    CHECK(find(cache, "A", '\0').text() == "A");
}

TEST_CASE("the cache holds more tickers than there are") {
    TickerCache cache;
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 30'000; ++i) {
            const std::string ticker = "t" + std::to_string(i);
            REQUIRE(find(cache, ticker).text() == ticker);
        }
    }
}
