#include "plugins/text_layout.hpp"

#include <catch2/catch.hpp>

using namespace tsflow;

TEST_CASE("text is broken at blanks, and its own lines stay") {
    CHECK(wrap("one two three", 7) == std::vector<std::string>{"one two", "three"});
    CHECK(wrap("one\n\ntwo", 80) == std::vector<std::string>{"one", "", "two"});
    CHECK(wrap("unbreakable", 3) == std::vector<std::string>{"unbreakable"});
    CHECK(wrap("", 10) == std::vector<std::string>{""});
    CHECK(wrap("é é é", 3) == std::vector<std::string>{"é é", "é"});
}

TEST_CASE("columns are aligned by characters and the last one is wrapped") {
    CHECK(columns({{"a", "bb", "c"}, {"ééé", "d", "e"}}, 1, 0) ==
          " a    bb  c\n"
          " ééé  d   e\n");
    CHECK(columns({{"key", "a text that is longer than thirty characters"}}, 0, 36) ==
          "key  a text that is longer than\n"
          "     thirty characters\n");
    CHECK(columns({}, 2, 0).empty());
}
