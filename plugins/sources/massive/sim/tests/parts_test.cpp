// Parts that are easier to look at alone.
#include <catch2/catch.hpp>

#include "command.hpp"
#include "events.hpp"
#include "new_york.hpp"
#include "outbox.hpp"
#include "seconds.hpp"
#include "words.hpp"

namespace tsflow::massive_sim {

namespace {

/// Takes all that waits, at most so many bytes at once.
std::string drain(Outbox& outbox, std::size_t most) {
    std::string all;
    std::vector<std::string_view> pieces;
    while (!outbox.empty()) {
        outbox.front(pieces, most);
        std::size_t bytes = 0;
        for (const std::string_view piece : pieces) {
            all += piece;
            bytes += piece.size();
        }
        outbox.written(bytes);
    }
    return all;
}

}  // namespace

TEST_CASE("New York's days and its summer time") {
    constexpr std::int64_t day = 20'520;               // 2026-03-08, when summer time begins
    CHECK(midnight_ms(day) == 1'772'946'000'000);      // 05:00 UTC
    CHECK(midnight_ms(day + 1) == 1'773'028'800'000);  // 04:00 UTC
    CHECK(new_york(1'772'953'199'999).minute == 119);  // 01:59
    CHECK(new_york(1'772'953'200'000).minute == 180);  // 03:00
    CHECK_FALSE(new_york(1'772'953'200'000).is_weekday);
    CHECK(new_york(1'772'461'800'000).minute == regular_open);
    CHECK(new_york(1'772'461'800'000).is_weekday);
    for (std::int64_t each = 13'879; each < 24'000; each += 3) {  // from 2008 on
        CHECK(new_york(midnight_ms(each)).day == each);
        CHECK(new_york(midnight_ms(each)).minute == 0);
        CHECK(new_york(midnight_ms(each) - 1).day == each - 1);
    }
}

TEST_CASE("frames have the shortest length that fits") {
    const auto head = [](std::size_t bytes) {
        std::string out;
        append_frame_head(out, Opcode::text, bytes);
        return out;
    };
    CHECK(head(125) == std::string("\x81\x7d"));
    CHECK(head(126) == std::string("\x81\x7e\x00\x7e", 4));
    CHECK(head(65'535) == std::string("\x81\x7e\xff\xff", 4));
    CHECK(head(65'536) == std::string("\x81\x7f\0\0\0\0\0\x01\0\0", 10));
}

TEST_CASE("an outbox gives its bytes in order, in pieces of any size") {
    const std::vector<std::string_view> events{"{\"a\":1}", "{\"b\":2}", "{\"c\":3}"};
    for (const std::size_t most : {std::size_t{1}, std::size_t{5}, std::size_t{1'000'000}}) {
        Outbox outbox;
        outbox.events(events, 2);
        outbox.message(Opcode::ping, "x");
        CHECK(outbox.frames() == 3);
        CHECK(drain(outbox, most) == "\x81\x11[{\"a\":1},{\"b\":2}]\x81\x09[{\"c\":3}]\x89\x01x");
        CHECK(outbox.bytes() == 0);
    }
}

TEST_CASE("an outbox cuts data frames into fragments") {
    Outbox outbox;
    outbox.fragment(4, true);
    outbox.message(Opcode::text, "abcdefghij");
    outbox.message(Opcode::pong, "abcdefghij");
    const std::string ping =
        "\x89\x11"
        "between fragments";
    CHECK(drain(outbox, 3) ==
          "\x01\x04"
          "abcd" +
              ping + std::string("\0\x04", 2) + "efgh" + ping +
              "\x80\x02ij"
              "\x8a\x0a"
              "abcdefghij");
}

TEST_CASE("an outbox that is cleared keeps the rest of what is partly sent") {
    Outbox outbox;
    outbox.message(Opcode::text, "first");
    std::vector<std::string_view> pieces;
    outbox.front(pieces, 3);
    outbox.written(3);
    outbox.clear();
    outbox.message(Opcode::text, "last");
    CHECK(drain(outbox, 100) == "irst\x81\x04last");

    outbox.message(Opcode::text, "gone");
    outbox.clear();
    CHECK(outbox.empty());
}

TEST_CASE("while bytes are being written, what follows does not move them") {
    Outbox outbox;
    outbox.message(Opcode::text, "under way");
    std::vector<std::string_view> pieces;
    outbox.front(pieces, 100);
    const char* before = pieces[0].data();
    for (int i = 0; i < 10'000; ++i) {
        outbox.message(Opcode::text, "more and more and more");
    }
    outbox.clear();
    CHECK(pieces[0].data() == before);
    CHECK(std::string{pieces[0]} == "\x81\x09under way");
    outbox.written(pieces[0].size());
    CHECK(outbox.empty());
}

TEST_CASE("an outbox repeats a block when there is nothing else") {
    Outbox outbox;
    outbox.repeat(std::make_shared<const std::string>("abc"), 3);
    CHECK(drain(outbox, 2) == "abcabcabc");
}

TEST_CASE("a message that comes while a block is sent waits for the block's end") {
    Outbox outbox;
    outbox.repeat(std::make_shared<const std::string>("abc"), 2);
    std::vector<std::string_view> pieces;
    outbox.front(pieces, 2);
    outbox.message(Opcode::pong, "x");
    outbox.written(2);
    CHECK(drain(outbox, 100) == "c\x8a\x01xabc");
}

TEST_CASE("a path meets the bar's prices, each in a second of its own") {
    const Bar bar{.minute = 1, .open = 10, .high = 12, .low = 9, .close = 11, .volume = 100.5};
    for (std::uint64_t hash = 0; hash < 2000; ++hash) {
        const MinutePath path(bar, hash);
        double high = 0;
        double low = 100;
        double volume = 0;
        for (int second = 0; second < 60; ++second) {
            const auto part = path.second(second);
            REQUIRE(part);
            high = std::max(high, part->high);
            low = std::min(low, part->low);
            volume += part->volume;
        }
        REQUIRE(path.second(0)->open == 10);
        REQUIRE(path.second(59)->close == 11);
        REQUIRE(high == 12);
        REQUIRE(low == 9);
        REQUIRE(volume == 100.5);
    }
    const Bar thin{.minute = 1, .open = 10, .high = 10, .low = 10, .close = 10, .volume = 1};
    int seconds = 0;
    for (int second = 0; second < 60; ++second) {
        seconds += MinutePath(thin, 7).second(second) ? 1 : 0;
    }
    CHECK(seconds == 1);
}

TEST_CASE("commands are read whatever their blanks, order and escapes") {
    const auto read = read_command(
        "\n{ \"x\" : null, \"params\":\"a\\\"b\\u0041\\n\\u00e9\" ,"
        "\"n\":-1.5e3,\"action\":\"auth\"}\t");
    REQUIRE(read);
    CHECK(read->action == "auth");
    CHECK(read->params == "a\"bA\n?");
    for (const char* text :
         {"", "{", "{\"action\":\"auth\"", "{\"action\"}", "{\"a\":\"\\", "[]", "{\"a\":\"\\u00\"}",
          "{\"a\":{}}", "{\"a\":1} x", "{\"a\":1,}", "\"", "{,}"}) {
        CAPTURE(text);
        CHECK_FALSE(read_command(text));
    }
}

TEST_CASE("percent codes are read, what is none stays") {
    CHECK(percent_decode("a%20b%2Fc%zz%4") == "a b/c%zz%4");
    const Parameters parameters = parse_parameters("a=1&&b=x=y&c");
    REQUIRE(parameters.size() == 3);
    CHECK(*find(parameters, "b") == "x=y");
    CHECK(find(parameters, "c")->empty());
    CHECK(find(parameters, "d") == nullptr);
}

}  // namespace tsflow::massive_sim
