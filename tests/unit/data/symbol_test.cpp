#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "tsflow/symbol.hpp"

using namespace tsflow;

TEST_CASE("the default symbol is the empty string with code 0") {
    CHECK(Symbol{}.code() == 0);
    CHECK(Symbol{}.text().empty());
    CHECK(Symbol::intern("") == Symbol{});
    CHECK(Symbol::intern({}) == Symbol{});
}

TEST_CASE("equal texts have equal symbols and others do not") {
    const Symbol msft = Symbol::intern("MSFT");
    CHECK(Symbol::intern(std::string{"MSFT"}) == msft);
    CHECK(Symbol::intern("msft") != msft);
    CHECK(Symbol::intern("MSF") != msft);
    CHECK(Symbol::intern(std::string_view{"MSFT\0", 5}) != msft);
    CHECK(msft.text() == "MSFT");
    CHECK(Symbol::from_code(msft.code()) == msft);
    CHECK(std::hash<Symbol>{}(msft) == static_cast<std::size_t>(msft.code()));
}

TEST_CASE("new symbols get the next codes without gaps") {
    const std::size_t before = Symbol::count();
    CHECK(Symbol::intern("gapless-a").code() == static_cast<std::int32_t>(before));
    CHECK(Symbol::intern("gapless-b").code() == static_cast<std::int32_t>(before + 1));
    CHECK(Symbol::intern("gapless-a").code() == static_cast<std::int32_t>(before));
    CHECK(Symbol::count() == before + 2);
}

TEST_CASE("texts of any length and content are kept as they are") {
    for (const std::size_t length : {1U, 3U, 4U, 7U, 8U, 9U, 16U, 17U, 100U, 9'000U, 200'000U}) {
        const std::string text(length, 'x');
        const Symbol symbol = Symbol::intern(text);
        CHECK(symbol.text() == text);
        CHECK(Symbol::intern(text) == symbol);
    }
    // One byte apart at each place: the hash and the comparison see all of the text.
    for (std::size_t i = 0; i < 20; ++i) {
        std::string text(20, 'y');
        text[i] = 'z';
        CHECK(Symbol::intern(text).text() == text);
    }
}

TEST_CASE("texts stay where they are while the dictionary grows") {
    const Symbol early = Symbol::intern("early bird");
    const char* where = early.text().data();
    std::vector<Symbol> symbols;
    for (int i = 0; i < 50'000; ++i) {
        symbols.push_back(Symbol::intern("grow" + std::to_string(i)));
    }
    CHECK(early.text().data() == where);
    CHECK(early.text() == "early bird");
    for (int i = 0; i < 50'000; ++i) {
        REQUIRE(symbols[static_cast<std::size_t>(i)].text() == "grow" + std::to_string(i));
        REQUIRE(Symbol::intern("grow" + std::to_string(i)) == symbols[static_cast<std::size_t>(i)]);
    }
}

TEST_CASE("threads that intern the same texts at once agree on the symbols") {
    constexpr int thread_count = 8;
    constexpr int text_count = 5'000;
    const std::size_t before = Symbol::count();
    std::vector<std::vector<Symbol>> seen(thread_count, std::vector<Symbol>(text_count));
    std::vector<std::thread> threads;
    std::atomic<int> ready{0};
    for (int t = 0; t < thread_count; ++t) {
        threads.emplace_back([&, t] {
            ++ready;
            while (ready < thread_count) {
                std::this_thread::yield();
            }
            for (int i = 0; i < text_count; ++i) {
                // Half of the threads go backwards, so that each text is new to different ones.
                const int n = t % 2 == 0 ? i : text_count - 1 - i;
                const std::string text = "shared" + std::to_string(n);
                const Symbol symbol = Symbol::intern(text);
                seen[static_cast<std::size_t>(t)][static_cast<std::size_t>(n)] =
                    symbol.text() == text ? symbol : Symbol{};
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (int t = 1; t < thread_count; ++t) {
        CHECK(seen[static_cast<std::size_t>(t)] == seen[0]);
    }
    CHECK(std::count(seen[0].begin(), seen[0].end(), Symbol{}) == 0);
    CHECK(Symbol::count() == before + text_count);
}

TEST_CASE("readers see every symbol below the count while others add some") {
    std::atomic<bool> stop{false};
    std::atomic<std::size_t> empty_texts{0};
    std::thread reader([&] {
        while (!stop) {
            const std::size_t count = Symbol::count();
            for (std::size_t code = 1; code < count; ++code) {
                if (Symbol::from_code(static_cast<std::int32_t>(code)).text().empty()) {
                    ++empty_texts;
                }
            }
        }
    });
    for (int i = 0; i < 3'000; ++i) {
        Symbol::intern("watched" + std::to_string(i));
    }
    stop = true;
    reader.join();
    CHECK(empty_texts == 0);
}
