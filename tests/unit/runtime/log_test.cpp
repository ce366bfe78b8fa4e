#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "log/log.hpp"

using namespace tsflow;

TEST_CASE("A text line has time, level, node and message") {
    std::vector<std::string> lines;
    Log log(LogFormat::text, Level::info, [&](std::string_view line) { lines.emplace_back(line); });
    log(Level::debug, "sinks.a", "not shown");
    log(Level::warning, "sinks.a", "the disk is slow");
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].substr(19, 1) == ".");
    CHECK(lines[0].substr(lines[0].find('Z')) == "Z warning sinks.a: the disk is slow\n");
}

TEST_CASE("A JSON line is one object, whatever the message holds") {
    std::vector<std::string> lines;
    Log log(LogFormat::json, Level::info, [&](std::string_view line) { lines.emplace_back(line); });
    log(Level::error, "sinks.a", "a \"quote\",\na tab\t and \xFF a bad byte");
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].substr(lines[0].find(",\"level\"")) ==
          ",\"level\":\"error\",\"node\":\"sinks.a\",\"message\":\"a \\\"quote\\\",\\na tab\\t and "
          "\xEF\xBF\xBD a bad byte\"}\n");
}

TEST_CASE("A message that repeats at once is passed once") {
    std::vector<std::string> lines;
    Log log(LogFormat::text, Level::info, [&](std::string_view line) { lines.emplace_back(line); });
    for (int i = 0; i < 1000; ++i) {
        log(Level::warning, "sinks.a", "again");
    }
    log(Level::warning, "sinks.b", "again");
    CHECK(lines.size() <= 3);  // more only if the loop took more than a second
}
