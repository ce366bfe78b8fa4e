#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <vector>

#include "feed/frame_scan.hpp"
#include "raw_frames.hpp"

using namespace tsflow::massive;
using namespace tsflow::massive::raw;

namespace {

const std::string answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";

/// What is handed on, piece by piece, of bytes that come `step` at a time.
std::vector<std::string> pieces_of(const std::string& bytes, std::size_t step) {
    FrameScan scan;
    std::vector<std::string> pieces;
    std::string waiting;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        waiting += bytes.substr(at, step);
        while (const std::size_t size = scan.deliverable(waiting)) {
            pieces.push_back(waiting.substr(0, size));
            scan.delivered(pieces.back());
            waiting.erase(0, size);
        }
    }
    CHECK(waiting.empty());
    return pieces;
}

}  // namespace

TEST_CASE("The answer to the handshake, headers and payloads are handed on one by one") {
    const std::string large(70'000, 'x');
    const std::string middle(200, 'y');
    const std::vector<std::string> expected{
        answer,
        "\x81\x05",
        "hello",
        std::string{"\x81\x7e\x00\xc8", 4},
        middle,
        std::string{"\x89\x00", 2},
        std::string{"\x81\x7f\x00\x00\x00\x00\x00\x01\x11\x70", 10},
        large,
        std::string{"\x80\x00", 2}};
    const std::string all = answer + frame("hello") + frame(middle) + frame("", ping) +
                            frame(large) + frame("", continuation);
    CHECK(pieces_of(all, all.size()) == expected);
}

TEST_CASE("However the bytes come, no piece holds something of two parts") {
    std::mt19937 random(5);
    std::string all = answer;
    std::vector<std::size_t> ends{answer.size()};
    const auto part = [&](std::size_t size) { ends.push_back(ends.back() + size); };
    for (int i = 0; i < 60; ++i) {
        const std::string text(std::uniform_int_distribution<std::size_t>{0, 300}(random), 'x');
        const std::string bytes = frame(text, i % 7 == 3 ? ping : text_frame);
        part(bytes.size() - text.size());
        if (!text.empty()) {
            part(text.size());
        }
        all += bytes;
    }
    for (const std::size_t step : {1U, 2U, 3U, 5U, 7U, 64U, 301U, 4096U}) {
        std::size_t at = 0;
        auto end = ends.begin();
        for (const std::string& piece : pieces_of(all, step)) {
            at += piece.size();
            REQUIRE(at <= *end);
            end += at == *end ? 1 : 0;
        }
        CHECK(end == ends.end());
    }
}

TEST_CASE("Only a whole frame with data is said to be one") {
    FrameScan scan;
    CHECK_FALSE(scan.data_frame_in(frame("hello")));  // the answer comes first
    scan.delivered(answer);
    CHECK(scan.data_frame_in(frame("hello")));
    CHECK(scan.payload_in(frame("hello")) == 5);
    CHECK(scan.data_frame_in(frame("hello") + "\x81"));
    CHECK_FALSE(scan.data_frame_in(frame("hello").substr(0, 6)));
    CHECK_FALSE(scan.data_frame_in("\x81"));
    CHECK_FALSE(scan.data_frame_in(""));
    CHECK_FALSE(scan.data_frame_in(frame("", text_frame)));  // ends without a read of data
    CHECK_FALSE(scan.data_frame_in(frame("hello", ping)));
    scan.delivered("\x81\x05");
    CHECK_FALSE(scan.data_frame_in(frame("hello")));  // this is payload
}

TEST_CASE("A message that is whole, and nothing else, can be taken past the websocket") {
    FrameScan scan;
    CHECK_FALSE(scan.message_in(frame("hello")));  // the answer comes first
    scan.delivered(answer);
    CHECK(scan.message_in(frame("hello")) == "hello");
    CHECK(scan.message_in(frame("hello") + frame("you")) == "hello");
    const std::string middle(200, 'y');
    const std::string large(70'000, 'x');
    CHECK(scan.message_in(frame(middle)) == middle);
    CHECK(scan.message_in(frame(large)) == large);
    CHECK_FALSE(scan.message_in(frame("hello").substr(0, 6)));
    CHECK_FALSE(scan.message_in(frame("hello", text_frame, false)));  // the first part of one
    CHECK_FALSE(scan.message_in(frame("hello", continuation)));
    CHECK_FALSE(scan.message_in(frame("hello", binary_frame)));
    CHECK_FALSE(scan.message_in(frame("hello", ping)));
    CHECK_FALSE(scan.message_in("\xc1\x01x"));                          // compressed
    CHECK_FALSE(scan.message_in(std::string{"\x81\x81\0\0\0\0x", 7}));  // masked
    scan.delivered("\x81\x05");
    CHECK_FALSE(scan.message_in(frame("hello")));  // this is payload
}

TEST_CASE("When a part of a header was taken, no frame is promised any more") {
    FrameScan scan;
    scan.delivered(answer);
    scan.delivered("\x81");
    CHECK_FALSE(scan.data_frame_in(frame("hello")));
    CHECK(scan.deliverable("abc") == 3);  // and all goes on as it comes
}
