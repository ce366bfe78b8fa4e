#include <catch2/catch.hpp>
#include <string>

#include "reading.hpp"

using namespace tsflow;
using namespace tsflow::market::massive;

namespace {

std::string bar(const std::string& ticker) {
    return R"({"ev":"AM","sym":")" + ticker +
           R"(","s":1610144640000,"o":1,"h":4,"l":0.5,"c":2,"v":100})";
}

/// Who is to deliver "mine", "theirs" and "moving"; all others are nobody's.
std::vector<std::uint8_t> owners() {
    const auto code = [](const char* ticker) {
        return static_cast<std::size_t>(Symbol::intern(ticker).code());
    };
    std::vector<std::uint8_t> table(code("moving") + 1, owner::nobody);
    table.resize(std::max({code("mine"), code("theirs"), code("moving")}) + 1, owner::nobody);
    table[code("mine")] = 1;
    table[code("theirs")] = 2;
    table[code("moving")] = owner::contested;
    return table;
}

Texts tickers_of(Reading& reading) {
    Texts tickers;
    const Batch batch = reading.rows(Channel::minute);
    for (const Symbol symbol : batch.column<Symbol>(0)) {
        tickers.emplace_back(symbol.text());
    }
    return tickers;
}

}  // namespace

TEST_CASE("rows of tickers that another connection delivers are left out and counted") {
    const auto table = owners();
    Reading reading;
    const std::string nobodys = "nobodys" + std::to_string(Symbol::count());  // beyond the table
    reading.parse("[" + bar("theirs") + "," + bar("mine") + "," + bar(nobodys) + "]", table, 1);
    CHECK(tickers_of(reading) == Texts{"mine"});
    CHECK(reading.parser.counts().unowned == 2);
    CHECK(reading.parser.counts().events == 1);
    CHECK(reading.parser.counts().rejected == 0);
    reading.parse("[" + bar("theirs") + "," + bar("mine") + "]", table, 2);
    CHECK(tickers_of(reading) == Texts{"theirs"});
}

TEST_CASE("without a table all rows are kept") {
    Reading reading;
    reading.parse("[" + bar("theirs") + "," + bar("anyone") + "]");
    CHECK(tickers_of(reading) == Texts{"theirs", "anyone"});
}

TEST_CASE("whether rows of a ticker that is being moved are kept is asked, with their JSON") {
    const auto table = owners();
    Reading reading;
    for (const bool keep : {true, false}) {
        reading.listener.keep_contested = keep;
        reading.parse("[ " + bar("mine") + " , " + bar("moving") + " ," + bar("mine") + "]", table,
                      1);
        CHECK(tickers_of(reading) ==
              (keep ? Texts{"mine", "moving", "mine"} : Texts{"mine", "mine"}));
    }
    CHECK(reading.listener.asked == Texts{"moving " + bar("moving"), "moving " + bar("moving")});
    CHECK(reading.parser.counts().unowned == 1);
    CHECK(reading.parser.counts().events == 5);
}

TEST_CASE("an event that becomes no row is not asked about") {
    Reading reading;
    reading.parse(R"([{"ev":"AM","sym":"moving","s":1}])", owners(), 1);
    CHECK(reading.listener.asked.empty());
    CHECK(reading.parser.counts().rejected == 1);
}

TEST_CASE("the ticker may stand behind other fields") {
    Reading reading;
    reading.parse(
        R"([{"ev":"AM","s":1610144640000,"o":1,"h":4,"sym":"theirs","l":0.5,"c":2,"v":1},)" +
            bar("mine") + "]",
        owners(), 1);
    CHECK(tickers_of(reading) == Texts{"mine"});
    CHECK(reading.parser.counts().unowned == 1);
}
