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

/// The tickers of the rows that came of a frame, whatever follows the frame in memory.
Texts tickers_of(const std::string& frame, Texts* refused = nullptr) {
    Texts first;
    bool is_first = true;
    for (const char pad : {' ', '\0', ']', '}', ',', '"', '1', '{', '[', ':'}) {
        Reading reading;
        reading.parse(frame, {}, 0, pad);
        const Batch batch = reading.rows(Channel::minute);
        Texts tickers;
        for (const Symbol symbol : batch.column<Symbol>(0)) {
            tickers.emplace_back(symbol.text());
        }
        CHECK(reading.parser.counts().events == tickers.size());
        CHECK(reading.parser.counts().rejected == reading.listener.refused.size());
        if (is_first) {
            first = tickers;
            is_first = false;
            if (refused != nullptr) {
                *refused = reading.listener.refused;
            }
        }
        CAPTURE(pad);
        CHECK(tickers == first);
    }
    return first;
}

}  // namespace

TEST_CASE("frames without events are nothing") {
    Texts refused;
    CHECK(tickers_of("[]", &refused).empty());
    CHECK(tickers_of(" [ ] ", &refused).empty());
    CHECK(refused.empty());
}

TEST_CASE("what is no array of events is told as a whole") {
    for (const std::string frame : {"", " ", "[", "]", "]["}) {
        CAPTURE(frame);
        Texts refused;
        CHECK(tickers_of(frame, &refused).empty());
        CHECK(refused == Texts{frame});
    }
    for (const std::string frame : {"hello", "null", "7", "\"text\"", "<html>"}) {
        CAPTURE(frame);
        Texts refused;
        CHECK(tickers_of(frame, &refused).empty());
        CHECK(refused == Texts{frame});
    }
}

TEST_CASE("an object alone is taken for an array of one") {
    Texts refused;
    CHECK(tickers_of(bar("A"), &refused) == Texts{"A"});
    CHECK(refused.empty());
    Reading reading;
    reading.parse(R"({"ev":"status","status":"connected","message":"Connected Successfully"})");
    CHECK(reading.listener.statuses == Texts{"connected: Connected Successfully"});
}

TEST_CASE("elements that are no events are told, and the rest is kept") {
    Texts refused;
    CHECK(tickers_of("[" + bar("A") + ",7 ,null,\"x\",[" + bar("B") + "]," + bar("C") + "]",
                     &refused) == Texts{"A", "C"});
    CHECK(refused == Texts{"7", "null", "\"x\"", "[" + bar("B") + "]"});
}

TEST_CASE("a frame that is cut anywhere keeps the events before the cut") {
    const std::string frame = "[" + bar("A") + "," + bar("B") + "]";
    for (std::size_t size = 0; size < frame.size(); ++size) {
        CAPTURE(size);
        Texts expected;
        if (size > bar("A").size()) {
            expected.emplace_back("A");
        }
        if (size + 1 >= frame.size()) {
            expected.emplace_back("B");
        }
        CHECK(tickers_of(frame.substr(0, size)) == expected);
    }
}

TEST_CASE("one broken event costs only itself where its end can be seen") {
    for (const std::string broken :
         {R"({"ev":"AM","sym":"B","o":})", R"({"ev":"AM" "sym":"B"})", R"({"ev":"AM","sym"})",
          R"({"ev":"AM",,})", R"({ev:"AM"})",
          R"({"ev":"AM","sym":"B",)"
          "\x01}",
          "{\"ev\":\"AM\",\"sym\":\"\xff\"}", R"({"ev":"AM","sym":"B","o":[1,2})"}) {
        CAPTURE(broken);
        Texts refused;
        const Texts got =
            tickers_of("[" + bar("A") + "," + broken + "," + bar("C") + "]", &refused);
        CHECK(got.front() == "A");
        CHECK(got.size() <= 2);
        CHECK_FALSE(refused.empty());
        if (broken.find("[1,2}") == std::string::npos) {
            CHECK(got == Texts{"A", "C"});
            CHECK(refused == Texts{broken});
        }
    }
}

TEST_CASE("a text that does not end takes what follows with it") {
    Texts refused;
    CHECK(tickers_of("[" + bar("A") + R"(,{"ev":"AM","sym":"B)" + "," + bar("C") + "]", &refused)
              .front() == "A");
    CHECK_FALSE(refused.empty());
}

TEST_CASE("commas may be missing between events, and more may follow") {
    CHECK(tickers_of("[" + bar("A") + bar("B") + "]") == Texts{"A", "B"});
    CHECK(tickers_of("[" + bar("A") + "][" + bar("B") + "]") == Texts{"A", "B"});
    CHECK(tickers_of("[7 " + bar("B") + "]") == Texts{"B"});
    CHECK(tickers_of("[" + bar("A") + "]" + bar("B")) == Texts{"A", "B"});
    Texts refused;
    CHECK(tickers_of("[" + bar("A") + "] tail", &refused) == Texts{"A"});
    CHECK(refused == Texts{"tail"});
}

TEST_CASE("nesting of any depth is passed over") {
    const std::string deep = std::string(5000, '[') + std::string(5000, ']');
    Texts refused;
    CHECK(tickers_of("[" + bar("A") + R"(,{"ev":"AM","x":)" + deep +
                         R"(,"sym":"B","s":1610144640000,)" + R"("o":1,"h":1,"l":1,"c":1,"v":1},)" +
                         bar("C") + "]",
                     &refused) == Texts{"A", "B", "C"});
    CHECK(refused.empty());
    CHECK(tickers_of("[" + bar("A") + "," + deep + "," + bar("C") + "]") == Texts{"A", "C"});
    CHECK(tickers_of(deep).empty());
    CHECK(tickers_of(std::string(5000, '{')).empty());
}

TEST_CASE("a broken frame leaves nothing behind for the next") {
    Reading reading;
    reading.parse("[" + bar("A") + R"(,{"ev":"AM","sym":"B","o":)");
    reading.parse("[" + bar("C") + "]");
    CHECK(reading.rows(Channel::minute).rows() == 2);
    CHECK(reading.parser.counts().rejected == 1);
}

TEST_CASE("an event in which a bracket stands for a value is no row, and its neighbours are") {
    for (const std::string name : {"vw", "o", "unknown", "sym", "ev"}) {
        for (const std::string bracket : {"]", "}"}) {
            std::string wrong = bar("WRONG");
            wrong.insert(1, "\"" + name + "\":" + bracket + ",");
            CAPTURE(wrong);
            Texts refused;
            CHECK(tickers_of("[" + bar("A") + "," + wrong + "," + bar("B") + "]", &refused) ==
                  Texts{"A", "B"});
            CHECK(!refused.empty());
        }
    }
}
