#include <catch2/catch.hpp>

#include "config/option_text.hpp"
#include "problems.hpp"
#include "tsflow/options.hpp"

using namespace tsflow;
using namespace tsflow::testing;

namespace {

struct Channel {
    std::string name;
    std::vector<std::string> symbols;
    std::int64_t rows = 10;
    Duration every = std::chrono::seconds{1};
    std::string mode = "fast";
    std::filesystem::path file;
    bool enabled = true;
    Secret key;
};
struct Config {
    std::vector<Channel> channels;
    bool flag = false;
};

const std::vector<OptionInfo>& declared() {
    static const auto options = [] {
        Options<Config> o;
        o.tables("channels", &Config::channels, "Channels", [](Options<Channel>& c) {
             c.required("name", &Channel::name, "Name in logs").such_as("primary");
             c.optional("symbols", &Channel::symbols, "Symbols");
             c.optional("rows", &Channel::rows, "Rows").range(1, 1000);
             c.optional("every", &Channel::every, "Interval");
             c.optional("mode", &Channel::mode, "Mode").one_of({"fast", "exact"});
             c.optional("file", &Channel::file, "File");
             c.optional("enabled", &Channel::enabled, "Used at all");
             c.optional("key", &Channel::key, "Key");
         }).range(0, 3);
        o.optional("flag", &Config::flag, "A flag");
        return o.list();
    }();
    return options;
}

/// `text` begins on line 3, inside the source's table.
struct Converted {
    explicit Converted(const std::string& text, std::map<std::string, std::string> variables = {},
                       const std::vector<Override>& overrides = {})
        : checked(source_with(text), std::move(variables), overrides),
          values(convert_options(declared(), checked.node("feed").options, "sources.feed",
                                 "/pipelines", checked.diagnostics)) {}
    Lines problems() const { return checked.problems(); }
    const OptionTables& channels() const {
        INFO(checked.diagnostics.to_text(false));
        REQUIRE(problems().empty());
        return std::get<OptionTables>(values.at("channels"));
    }

    Checked checked;
    OptionValues values;
};

template <class T = std::string>
T in(const OptionTable& table, const std::string& key) {
    return std::get<T>(table.values.at(key));
}

const std::string header = "[[sources.feed.channels]]\n";

}  // namespace

TEST_CASE("each table of a list is converted by itself, in the order of the file") {
    const Converted converted{header + "name = \"a\"\nevery = \"5s\"\nfile = \"x.csv\"\n" + header +
                                  "name = \"${N}\"\nsymbols = \"${S}\"\nenabled = false",
                              {{"N", "b"}, {"S", "X,Y"}}};
    const OptionTables& channels = converted.channels();
    REQUIRE(channels.size() == 2);
    CHECK(in(channels[0], "name") == "a");
    CHECK(in<std::int64_t>(channels[0], "every") == 5'000'000'000);
    CHECK(in(channels[0], "file") == "/pipelines/x.csv");
    CHECK(channels[0].values.size() == 3);
    CHECK(in(channels[1], "name") == "b");
    CHECK(in<std::vector<std::string>>(channels[1], "symbols") ==
          std::vector<std::string>{"X", "Y"});
    CHECK_FALSE(in<bool>(channels[1], "enabled"));
}

TEST_CASE("a list of inline tables is the same") {
    const Converted converted{"channels = [{ name = \"a\" }, { name = \"b\", rows = 5 }]"};
    REQUIRE(converted.channels().size() == 2);
    CHECK(in<std::int64_t>(converted.channels()[1], "rows") == 5);
    CHECK(Converted{"channels = []"}.channels().empty());
    CHECK(Converted{"flag = true"}.values.count("channels") == 0);
}

TEST_CASE("all problems of all tables are reported, each at its place") {
    CHECK(Converted{header + "nam = \"a\"\nrows = 0\nmode = \"slow\"\n" + header +
                    "symbols = 7\nenabled = \"no\"\n"}
              .problems() ==
          Lines{"4:1 sources.feed.channels.0.nam: unknown option (name)",
                "5:8 sources.feed.channels.0.rows: must be between 1 and 1000; found the integer 0",
                "6:8 sources.feed.channels.0.mode: must be one of 'fast', 'exact'; found the "
                "string \"slow\"",
                "7:1 sources.feed.channels.1: missing option 'name' (Name in logs); add name = "
                "\"primary\"",
                "8:11 sources.feed.channels.1.symbols: expected a list of strings, such as symbols "
                "= [\"a\", \"b\"]; found the integer 7",
                "9:11 sources.feed.channels.1.enabled: expected true or false, such as enabled = "
                "true; found the string \"no\""});
}

TEST_CASE("the keys of the host are no options of a table in a list") {
    CHECK(Converted{header + "name = \"a\"\nretr = 1"}.problems().front().starts_with(
        "5:1 sources.feed.channels.0.retr: unknown option; the options are 'name', 'symbols', "));
}

TEST_CASE("what is no list of tables is refused with how to write one") {
    const std::string path = "sources.feed.channels: ";
    const std::string expected =
        path + "expected a list of tables, each with the header [[sources.feed.channels]]; found ";
    CHECK(Converted{"[sources.feed.channels]\nname = \"a\""}.problems() ==
          Lines{"3:1 " + expected + "a table, whose header has single brackets"});
    CHECK(Converted{"channels = \"a\""}.problems() == Lines{"3:1 " + expected + "a string"});
    CHECK(Converted{"channels = { name = \"a\" }"}.problems() ==
          Lines{"3:1 " + expected + "a table, whose header has single brackets"});
    CHECK(Converted{"channels = [\"a\", { name = \"b\" }, 1]"}.problems() ==
          Lines{"3:13 sources.feed.channels.0: expected a table with the header "
                "[[sources.feed.channels]]; found a string",
                "3:34 sources.feed.channels.2: expected a table with the header "
                "[[sources.feed.channels]]; found an integer"});
}

TEST_CASE("the number of tables may be bounded") {
    std::string four;
    for (const char* name : {"a", "b", "c", "d"}) {
        four += header + "name = \"" + name + "\"\n";
    }
    CHECK(Converted{four}.problems() ==
          Lines{"3:1 sources.feed.channels: must hold at most 3 tables; found 4"});
}

TEST_CASE("a table with an unreadable line or variable is not said to lack anything") {
    CHECK(Converted{header + "rows = oops\n" + header + "rows = 0"}.problems() ==
          Lines{"4:8 this is no value; texts stand in double quotes, as in key = \"text\"",
                "6:8 sources.feed.channels.1.rows: must be between 1 and 1000; found the integer "
                "0"});
    CHECK(Converted{header + "name = \"${NO}\"\nrow = 1"}.problems() ==
          Lines{"4:8 sources.feed.channels.0.name: the environment variable NO is not set; set it, "
                "load it with --env-file, or write ${NO:-default}",
                "5:1 sources.feed.channels.0.row: unknown option (rows)"});
}

TEST_CASE("--set reaches into a list of tables") {
    const Converted converted{header + "name = \"a\"\n" + header + "name = \"b\"",
                              {},
                              {{"sources.feed.channels.1.name", "c"},
                               {"sources.feed.channels.0.rows", "7"},
                               {"sources.feed.channels.2.name", "new"}}};
    REQUIRE(converted.channels().size() == 3);
    CHECK(in<std::int64_t>(converted.channels()[0], "rows") == 7);
    CHECK(in(converted.channels()[0], "name") == "a");
    CHECK(in(converted.channels()[1], "name") == "c");
    CHECK(in(converted.channels()[2], "name") == "new");

    const auto set = [](const std::string& path, const std::string& value) {
        return Converted{header + "name = \"a\"", {}, {{"sources.feed." + path, value}}}.problems();
    };
    CHECK(set("channels.2.name", "x") ==
          Lines{"0:0 --set sources.feed.channels.2.name: 'sources.feed.channels' is a list of 1; "
                "write the number of an entry, from 0 to 1 for a new one, in place of '2'"});
    CHECK(set("channels.name", "x").front().ends_with("in place of 'name'"));
    CHECK(set("channels.0.rows", "0") ==
          Lines{"0:0 --set sources.feed.channels.0.rows: must be between 1 and 1000; found the "
                "integer 0"});
    CHECK(set("channels.0.row", "1") ==
          Lines{"0:0 --set sources.feed.channels.0.row: unknown option (rows)"});
    CHECK(set("channels", "[{ name = \"z\" }]").empty());
}

TEST_CASE("no message shows a secret of a table in a list") {
    const auto shown = [](const std::string& text) {
        const Converted converted{text};
        CHECK_FALSE(converted.problems().empty());
        return converted.checked.diagnostics.to_text(false) +
               converted.checked.diagnostics.to_json();
    };
    for (const char* text : {
             "channels = [{ nam = 1, key = \"hunter2\" }]",
             "chanels = [{ name = \"a\", key = \"hunter2\" }]",
             "channels = { key = \"hunter2\" }",
             "channels = [[{ key = \"hunter2\" }]]",
             "channels = [\"hunter2\"]",
             "channels = \"hunter2\"",
             "channels.key = \"hunter2\"",
             "chanels.key = \"hunter2\"",
         }) {
        INFO(text);
        CHECK(shown(text).find("hunter") == std::string::npos);
    }
    CHECK(shown(header + "name = \"a\"\nky = \"hunter2\"").find("hunter") == std::string::npos);
    CHECK(shown(header + "name = \"a\"\nkey = [\"hunter2\"]").find("hunter") == std::string::npos);
}

TEST_CASE("a list of tables has an example on one line") {
    CHECK(example_line(declared().front()) == "channels = [{ name = \"primary\" }]");
    CHECK(toml_text(OptionType::tables, OptionTables{}) == "[]");
}
