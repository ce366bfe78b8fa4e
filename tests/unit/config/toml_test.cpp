#include "config/toml.hpp"

#include <catch2/catch.hpp>

#include "problems.hpp"

using namespace tsflow;
using tsflow::testing::Lines;
using tsflow::testing::problems_of;

namespace {

struct Read {
    explicit Read(const std::string& text)
        : diagnostics("p.toml", text), document(parse_toml(text, diagnostics)) {}
    Lines problems() const { return problems_of(diagnostics); }
    const Value& at(std::initializer_list<std::string_view> path) const {
        const Value* value = &document.root;
        for (const std::string_view key : path) {
            value = value->find(key);
            REQUIRE(value != nullptr);
        }
        return *value;
    }
    Diagnostics diagnostics;
    TomlDocument document;
};

Lines keys(const Value& table) {
    Lines result;
    for (const auto& [key, value] : *table.table()) {
        result.push_back(key);
    }
    return result;
}

}  // namespace

TEST_CASE("values of all kinds are read with their places") {
    const Read read{
        "[a]\n"
        "  yes = true\n"
        "  int = 0x10\n"
        "  real = 1.5e3\n"
        "  text = 'über'\n"
        "  day = 2016-04-15\n"
        "  time = 2016-04-15T13:30:00.5+02:00\n"
        "  list = [1, \"two\"]\n"
        "  inner = { x = 1 }\n"};
    REQUIRE(read.problems().empty());
    REQUIRE(read.document.readable);
    CHECK(std::get<bool>(read.at({"a", "yes"}).data));
    CHECK(read.at({"a", "yes"}).at == Position{2, 9});
    CHECK(read.at({"a", "yes"}).key_at == Position{2, 3});
    CHECK(read.at({"a", "yes"}).kind() == "a boolean");
    CHECK(std::get<std::int64_t>(read.at({"a", "int"}).data) == 16);
    CHECK(read.at({"a", "int"}).kind() == "an integer");
    CHECK(std::get<double>(read.at({"a", "real"}).data) == 1500.0);
    CHECK(read.at({"a", "real"}).kind() == "a float");
    CHECK(*read.at({"a", "text"}).text() == "über");
    CHECK(read.at({"a", "text"}).kind() == "a string");
    CHECK(std::get<Value::DateTime>(read.at({"a", "day"}).data).text == "2016-04-15");
    CHECK(std::get<Value::DateTime>(read.at({"a", "time"}).data).text ==
          "2016-04-15T13:30:00.5+02:00");
    CHECK(read.at({"a", "time"}).kind() == "a date or time");
    CHECK(read.at({"a", "list"}).array()->at(1).at == Position{8, 14});
    CHECK(read.at({"a", "list"}).kind() == "an array");
    CHECK(read.at({"a", "inner"}).at == Position{9, 11});
    CHECK(read.at({"a", "inner"}).key_at == Position{9, 3});
    CHECK(read.at({"a", "inner", "x"}).key_at == Position{9, 13});
    CHECK(read.at({"a", "inner"}).kind() == "a table");
}

TEST_CASE("tables and keys keep the order of the file, and tables the place of their header") {
    const Read read{"[z.b]\ny = 1\nx = 2\n[a]\n  [z.a]\n[[list]]\n"};
    CHECK(keys(read.document.root) == Lines{"z", "a", "list"});
    CHECK(keys(read.at({"z"})) == Lines{"b", "a"});
    CHECK(keys(read.at({"z", "b"})) == Lines{"y", "x"});
    CHECK(read.at({"z", "a"}).key_at == Position{5, 3});
    CHECK(read.at({"list"}).key_at == Position{6, 1});
}

TEST_CASE("an empty text is an empty table") {
    const Read read{""};
    CHECK(read.problems().empty());
    CHECK(read.document.root.table()->empty());
}

TEST_CASE("each kind of broken statement is explained at its place") {
    CHECK(Read{"a = hello"}.problems() ==
          Lines{"1:5 this is no value; texts stand in double quotes, as in key = \"text\""});
    CHECK(Read{"a =\n"}.problems() == Lines{"1:4 expected a value behind '='"});
    CHECK(Read{"a ="}.problems() == Lines{"1:4 the file ends in the middle of this statement"});
    CHECK(Read{"a 5"}.problems() == Lines{"1:3 expected '=' and a value behind the key"});
    CHECK(Read{"a = \"x\nb = 1"}.problems() ==
          Lines{"1:7 the string has no end on its line, or holds a control character; close it "
                "with a quote, or write the character as \\uXXXX"});
    CHECK(Read{"a = 1 2"}.problems() == Lines{"1:7 only a comment may follow here; found '2'"});
    CHECK(Read{"[a\nb = 1"}.problems() ==
          Lines{"1:3 the table header has no end; a ']' is missing"});
    CHECK(Read{"a = [1,\nb = 1"}.problems() ==
          Lines{"1:5 this array has no end; its closing ] is missing"});
    CHECK(Read{"a = {x = 1"}.problems() ==
          Lines{"1:5 this inline table has no end; its closing } is missing"});
    CHECK(Read{"a = { x = 1,\n y = 2 }\n"}.problems() ==
          Lines{"1:13 an inline table stands on one line; write longer ones below a [header]"});
    CHECK(Read{"a = '''x\nb"}.problems() ==
          Lines{"1:5 this multi-line string has no end; its closing ''' is missing"});
    CHECK(Read{"a = \"\\q\""}.problems() ==
          Lines{"1:7 wrong string: unknown escape sequence '\\q'"});
    CHECK(Read{"a = \"\xff\""}.problems() ==
          Lines{"1:5 this is no UTF-8 text; save the file as UTF-8"});
}

TEST_CASE("reading goes on behind a broken statement") {
    const Read read{
        "[a]\n"
        "x = [1,\n"
        "  \"2\",\n"
        "y = hello\n"
        "z = 1\n"
        "[b\n"
        "x = 1 1\n"
        "v = 1\n"
        "[c]\n"
        "w = 01\n"};
    CHECK(read.problems() ==
          Lines{"2:5 this array has no end; its closing ] is missing",
                "4:5 this is no value; texts stand in double quotes, as in key = \"text\"",
                "6:3 the table header has no end; a ']' is missing",
                "7:7 only a comment may follow here; found '1'",
                "10:7 wrong decimal integer: leading zeroes are prohibited"});
    CHECK(read.document.readable);
    CHECK(keys(read.at({"a"})) == Lines{"z"});
    CHECK(keys(read.at({"b"})) == Lines{"v"});
    CHECK(read.at({"a"}).broken);
    CHECK(read.at({"b"}).broken);
    CHECK(read.at({"c"}).broken);
    CHECK_FALSE(read.document.root.broken);
}

TEST_CASE("a value over several lines is taken out as a whole") {
    const Read read{"a = [\n  1,\n  oops,\n  3,\n]\nb = 1\n"};
    CHECK(read.problems() ==
          Lines{"3:3 this is no value; texts stand in double quotes, as in key = \"text\""});
    CHECK(keys(read.document.root) == Lines{"b"});
}

TEST_CASE("brackets, quotes and '=' inside strings and comments end nothing") {
    const Read read{
        "a = [\"]\", ']', # ] = [\n"
        "  \"\"\"\n] = \\\"\"\" x\"\"\",\n"
        "  '''=''']\n"
        "b = \"\\\"[\" # [\n"
        "c = oops\n"
        "d = 1\n"};
    CHECK(read.problems() ==
          Lines{"6:5 this is no value; texts stand in double quotes, as in key = \"text\""});
    CHECK(keys(read.document.root) == Lines{"a", "b", "d"});
}

TEST_CASE("a header that cannot be mended leaves nothing to be said about what is missing") {
    CHECK_FALSE(Read{"[a b]\nx = 1\n[c]\n"}.document.readable);
    CHECK_FALSE(Read{"[]\nx = 1\n"}.document.readable);
    CHECK_FALSE(Read{"a = \"\"\"x\n[b]\n"}.document.readable);
}

TEST_CASE("the number of reported errors is bounded") {
    std::string text;
    for (int i = 0; i < 1000; ++i) {
        text += "k" + std::to_string(i) + " = oops\n";
    }
    const Read read{text};
    CHECK(read.problems().size() == 21);
    CHECK(read.problems().back() ==
          "20:7 there may be more problems; the file is not read beyond this one");
    CHECK_FALSE(read.document.readable);
}

TEST_CASE("keys of very many parts are refused, however they are written") {
    std::string deep = "a";
    for (int i = 0; i < 100'000; ++i) {
        deep += ".a";
    }
    const Lines refusal{"1:1 a key here has more than 100 parts"};
    CHECK(Read{deep + " = 1"}.problems() == refusal);
    CHECK(Read{"[" + deep + "]"}.problems() == refusal);
    CHECK(Read{"x = { y = 1, " + deep + " = 1 }"}.problems() == refusal);
    CHECK_FALSE(parse_toml_value("{ " + deep + " = 1 }"));
    CHECK(Read{"x = \"" + deep + "\""}.problems().empty());
    CHECK(Read{"x = [" + std::string(100'000, '[')}.problems().size() == 1);
}

TEST_CASE("what is defined twice is reported at the second place and names the first") {
    CHECK(Read{"[a]\nx = 1\ny = 2\nx = 3\n"}.problems() ==
          Lines{"4:1 a.x: this key is already defined on line 2; remove one of the two"});
    CHECK(Read{"[a]\nx = 1\n[b]\n[a]\nx = 2\n"}.problems() ==
          Lines{"4:1 a: this table is already defined on line 1; merge the two, or name one of "
                "them otherwise"});
    CHECK(Read{"[a]\nx = 1\n[a.x]\n"}.problems() ==
          Lines{"3:1 a.x: this table is already defined on line 2; merge the two, or name one of "
                "them otherwise"});
    CHECK(Read{"[a]\nx.y = 1\nx = 2\n"}.problems() ==
          Lines{"3:1 a.x: this key is already defined on line 2; remove one of the two"});
    CHECK(Read{"a = { x = 1, x = 2 }\n"}.problems() ==
          Lines{"1:1 a: 'x' is defined twice in one table"});
    CHECK(Read{"[[a]]\n[a]\n"}.problems() ==
          Lines{"2:1 a: this table is already defined on line 1; merge the two, or name one of "
                "them otherwise"});
}

TEST_CASE("of what is defined twice the first stays, and the second is checked as well") {
    const Read read{"[a]\nx = 1\nx = 2\n[a]\ny = 5 5\n[b]\nz = 1\n"};
    CHECK(read.problems().size() == 3);
    CHECK(read.document.readable);
    CHECK(std::get<std::int64_t>(read.at({"a", "x"}).data) == 1);
    CHECK(keys(read.document.root) == Lines{"a", "b"});
    CHECK(read.at({"a"}).broken);
    CHECK_FALSE(read.at({"b"}).broken);
}

TEST_CASE("a value by itself is read as TOML, without a place") {
    CHECK(std::get<std::int64_t>(parse_toml_value("5")->data) == 5);
    CHECK(*parse_toml_value("\"x\"")->text() == "x");
    const auto list = parse_toml_value("[1, { a = 2 }]");
    REQUIRE(list);
    CHECK(list->array()->at(1).find("a")->at == Position{});
    CHECK_FALSE(parse_toml_value("dow30"));
    CHECK_FALSE(parse_toml_value(""));
    CHECK_FALSE(parse_toml_value("1\nother = 2"));
}
