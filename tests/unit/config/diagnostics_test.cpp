#include "config/diagnostics.hpp"

#include <catch2/catch.hpp>

using tsflow::Diagnostics;

TEST_CASE("a problem shows its place, the line and a caret") {
    Diagnostics diagnostics{"demo.toml", "[sinks.db]\ntabel = \"x\"\n"};
    diagnostics.error({2, 1}, "sinks.db.tabel", "unknown option", "table");
    CHECK(diagnostics.to_text(false) ==
          "demo.toml:2:1: error: sinks.db.tabel: unknown option; did you mean 'table'?\n"
          "    2 | tabel = \"x\"\n"
          "      | ^\n");
}

TEST_CASE("columns count characters, and tabs are as wide as one") {
    Diagnostics diagnostics{"demo.toml", "\tname = \"Zürich\" x\r\n"};
    diagnostics.error({1, 18}, "", "only a comment may follow here; found 'x'");
    CHECK(diagnostics.to_text(false) ==
          "demo.toml:1:18: error: only a comment may follow here; found 'x'\n"
          "    1 |  name = \"Zürich\" x\n"
          "      |                  ^\n");
}

TEST_CASE("problems are sorted by line and column, those without a place first") {
    Diagnostics diagnostics{"p", ""};
    diagnostics.error({3, 1}, "", "c");
    diagnostics.warning({2, 7}, "", "b");
    diagnostics.error({2, 1}, "", "a");
    diagnostics.error({}, "--set x.y", "no");
    CHECK(diagnostics.to_text(false) ==
          "p: error: --set x.y: no\n"
          "p:2:1: error: a\n"
          "p:2:7: warning: b\n"
          "p:3:1: error: c\n");
    CHECK(diagnostics.errors() == 3);
    CHECK(diagnostics.warnings() == 1);
    CHECK(diagnostics.has_errors());
}

TEST_CASE("warnings alone are no errors") {
    Diagnostics diagnostics{"p", ""};
    diagnostics.warning({1, 1}, "", "w");
    CHECK_FALSE(diagnostics.has_errors());
}

TEST_CASE("equal problems are shown once, different ones of one place all") {
    Diagnostics diagnostics{"p", ""};
    diagnostics.error({1, 1}, "a", "x");
    diagnostics.error({1, 1}, "a", "y");
    diagnostics.error({1, 1}, "a", "x");
    diagnostics.error({2, 1}, "a", "x");
    CHECK(diagnostics.to_text(false) ==
          "p:1:1: error: a: x\np:1:1: error: a: y\np:2:1: error: a: x\n");
}

TEST_CASE("of a very long line the part around the caret is shown") {
    const std::string line = std::string(500, 'a') + "X" + std::string(500, 'b');
    Diagnostics diagnostics{"p", line};
    diagnostics.error({1, 501}, "", "here");
    CHECK(diagnostics.to_text(false) == "p:1:501: error: here\n    1 | …" + std::string(70, 'a') +
                                            "X" + std::string(69, 'b') + "…\n      | " +
                                            std::string(71, ' ') + "^\n");
}

TEST_CASE("a caret may stand behind the end of its line") {
    Diagnostics diagnostics{"p", "key ="};
    diagnostics.error({1, 6}, "", "expected a value behind '='");
    CHECK(diagnostics.to_text(false) ==
          "p:1:6: error: expected a value behind '='\n    1 | key =\n      |      ^\n");
}

TEST_CASE("colours wrap the place, the severity and the caret") {
    Diagnostics diagnostics{"p", "x"};
    diagnostics.warning({1, 1}, "", "w");
    CHECK(diagnostics.to_text(true) ==
          "\033[1mp:1:1:\033[0m \033[1;35mwarning:\033[0m w\n    1 | x\n      | "
          "\033[1;32m^\033[0m\n");
}

TEST_CASE("a concealed part of a line is not shown, nor is a caret in it") {
    Diagnostics diagnostics{"p", "db = { password = \"hunter2\", tabel = 1 }"};
    diagnostics.conceal({1, 19});
    diagnostics.error({1, 30}, "db.tabel", "unknown option");
    CHECK(diagnostics.to_text(false) ==
          "p:1:30: error: db.tabel: unknown option\n"
          "    1 | db = { password = …\n"
          "      |                   ^\n");
}

TEST_CASE("as JSON each problem is an object with all parts") {
    Diagnostics diagnostics{"p.toml", "x"};
    CHECK(diagnostics.to_json() == "[]");
    diagnostics.error({1, 2}, "a.b", "\"quoted\" \xff", "c");
    diagnostics.warning({}, "", "w");
    CHECK(diagnostics.to_json() == R"([
  {
    "file": "p.toml",
    "line": 0,
    "column": 0,
    "severity": "warning",
    "path": "",
    "message": "w",
    "suggestion": null
  },
  {
    "file": "p.toml",
    "line": 1,
    "column": 2,
    "severity": "error",
    "path": "a.b",
    "message": "\"quoted\" �",
    "suggestion": "c"
  }
])");
}
