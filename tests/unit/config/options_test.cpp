#include <catch2/catch.hpp>

#include "config/toml.hpp"
#include "problems.hpp"
#include "tsflow/options.hpp"

using namespace tsflow;
using namespace tsflow::testing;

namespace {

struct Config {
    bool flag = false;
    std::int64_t rows = 10;
    std::uint16_t port = 80;
    double weight = 0.5;
    std::string mode = "fast";
    std::string column;
    Duration every = std::chrono::milliseconds{250};
    ByteSize cache{64 << 20};
    Date from{};
    Timestamp since{};
    std::filesystem::path file;
    std::string store;
    std::vector<std::string> fields;
    std::vector<std::string> sides;
    std::optional<std::int64_t> limit;
};

const std::vector<OptionInfo>& declared() {
    static const auto options = [] {
        Options<Config> o;
        o.required("column", &Config::column, "Column to smooth").such_as("close");
        o.optional("flag", &Config::flag, "A flag");
        o.optional("rows", &Config::rows, "Rows a batch").range(1, 1000);
        o.optional("port", &Config::port, "A port");
        o.optional("weight", &Config::weight, "A weight").range(0, 1);
        o.optional("mode", &Config::mode, "A mode").one_of({"fast", "exact"});
        o.optional("every", &Config::every, "An interval").at_least(1e6);
        o.optional("cache", &Config::cache, "A size").at_least(1024);
        o.optional("from", &Config::from, "First day").range(0, 36524);
        o.optional("since", &Config::since, "First time");
        o.optional("file", &Config::file, "A file");
        OptionInfo& store = o.optional("store", &Config::store, "A folder or a server");
        store.type = OptionType::path;
        store.choices = {"csv:", "db:"};
        o.optional("fields", &Config::fields, "Columns");
        o.optional("sides", &Config::sides, "Sides").one_of({"bid", "ask"});
        o.optional("limit", &Config::limit, "Rows at most").at_least(1);
        return o.list();
    }();
    return options;
}

struct Converted {
    /// `text` stands below `[sinks.s]` and `column = "c"`, so that it begins on line 3.
    explicit Converted(const std::string& text, const std::string& head = "column = \"c\"",
                       std::map<std::string, std::string> variables = {})
        : checked("[sinks.s]\n" + head + "\n" + text +
                      "\n[sources.feed]\ntype = \"t\"\n"
                      "[sinks.s.inputs]\nin = \"feed\"\n",
                  std::move(variables), {{"sinks.s.type", "t"}}),
          values(convert_options(declared(), checked.node("s").options, "sinks.s", "/pipelines",
                                 checked.diagnostics)) {}
    Lines problems() const { return checked.problems(); }

    Checked checked;
    OptionValues values;
};

template <class T>
T value(const std::string& key, const std::string& written,
        std::map<std::string, std::string> variables = {}) {
    const Converted converted{key + " = " + written, "column = \"c\"", std::move(variables)};
    INFO(key + " = " + written);
    REQUIRE(converted.problems().empty());
    return std::get<T>(converted.values.at(key));
}

/// The only problem of `key = written`, without its path.
std::string problem(const std::string& key, const std::string& written,
                    std::map<std::string, std::string> variables = {}) {
    const Converted converted{key + " = " + written, "column = \"c\"", std::move(variables)};
    INFO(key + " = " + written);
    REQUIRE(converted.problems().size() == 1);
    const std::string text = converted.problems().front();
    const std::string start = "sinks.s." + key + ": ";
    const std::size_t at = text.find(start);
    REQUIRE(at != std::string::npos);
    CHECK(converted.values.count(key) == 0);
    return text.substr(0, at) + text.substr(at + start.size());
}

using Items = std::vector<std::string>;

}  // namespace

TEST_CASE("options are converted to their types") {
    CHECK(value<bool>("flag", "true"));
    CHECK(value<std::int64_t>("rows", "0x10") == 16);
    CHECK(value<double>("weight", "0.25") == 0.25);
    CHECK(value<double>("weight", "1") == 1.0);
    CHECK(value<std::string>("mode", "\"exact\"") == "exact");
    CHECK(value<std::int64_t>("every", "\"1h30m\"") == 5'400'000'000'000);
    CHECK(value<std::int64_t>("cache", "2048") == 2048);
    CHECK(value<std::int64_t>("cache", "\"10kB\"") == 10'000);
    CHECK(value<std::int64_t>("from", "2016-04-15") == 16'906);
    CHECK(value<std::int64_t>("from", "\"2016-04-15\"") == 16'906);
    CHECK(value<std::int64_t>("since", "2016-04-15T13:30:00Z") == 1'460'727'000'000'000'000);
    CHECK(value<std::int64_t>("since", "2016-04-15T15:30:00+02:00") == 1'460'727'000'000'000'000);
    CHECK(value<std::int64_t>("since", "2016-04-15 13:30:00.25") == 1'460'727'000'250'000'000);
    CHECK(value<std::int64_t>("since", "\"2016-04-15\"") == 1'460'678'400'000'000'000);
    CHECK(value<std::int64_t>("since", "2016-04-15") == 1'460'678'400'000'000'000);
    CHECK(value<Items>("fields", "[\"a\", 'b']") == Items{"a", "b"});
    CHECK(value<Items>("fields", "[]").empty());
    CHECK(value<std::int64_t>("limit", "5") == 5);
}

TEST_CASE("paths are relative to the pipeline file") {
    CHECK(value<std::string>("file", "\"out/a.csv\"") == "/pipelines/out/a.csv");
    CHECK(value<std::string>("file", "\"../data/*.gz\"") == "/data/*.gz");
    CHECK(value<std::string>("file", "\"/abs/a.csv\"") == "/abs/a.csv");
    CHECK(problem("file", "\"\"") ==
          "3:8 must not be empty; write a path, such as file = \"folder/file\"");
}

TEST_CASE("paths behind a prefix are relative to the pipeline file, other texts stay") {
    CHECK(value<std::string>("store", "\"csv:groups\"") == "csv:/pipelines/groups");
    CHECK(value<std::string>("store", "\"db:../a.db\"") == "db:/a.db");
    CHECK(value<std::string>("store", "\"csv:/abs/./groups\"") == "csv:/abs/groups");
    CHECK(value<std::string>("store", "\"https://host/../a\"") == "https://host/../a");
    CHECK(value<std::string>("store", "\"csv:\"") == "csv:");
    CHECK(value<std::string>("store", "\"\"").empty());
    CHECK(problem("store", "5") ==
          "3:9 expected a path, such as store = \"csv:folder/file\"; found the integer 5");
}

TEST_CASE("a text from a variable is read as the option's type") {
    CHECK(value<bool>("flag", "\"${V}\"", {{"V", "true"}}));
    CHECK(value<std::int64_t>("rows", "\"${V}\"", {{"V", "42"}}) == 42);
    CHECK(value<std::int64_t>("rows", "\"${N:-1}${V}\"", {{"V", "0"}}) == 10);
    CHECK(value<double>("weight", "\"${V}\"", {{"V", "0.125"}}) == 0.125);
    CHECK(value<std::int64_t>("cache", "\"${V}\"", {{"V", "4096"}}) == 4096);
    CHECK(value<Items>("fields", "\"${V}\"", {{"V", "a, b,,c "}}) == Items{"a", "b", "c"});
    CHECK(value<Items>("fields", "[\"${V}\"]", {{"V", "a,b"}}) == Items{"a,b"});
    CHECK(problem("rows", "\"${V}\"", {{"V", "4x"}}) ==
          "3:8 expected an integer, such as rows = 10; found the string \"4x\"");
    CHECK(problem("rows", "\"${V}\"", {{"V", "4000"}}) ==
          "3:8 must be between 1 and 1000; found the string \"4000\"");
    CHECK(problem("flag", "\"${V}\"", {{"V", "yes"}}) ==
          "3:8 expected true or false, such as flag = false; found the string \"yes\"");
}

TEST_CASE("a value of another type is refused with what was found and how to write it") {
    CHECK(problem("flag", "1") ==
          "3:8 expected true or false, such as flag = false; found the "
          "integer 1");
    CHECK(problem("rows", "\"5\"") ==
          "3:8 expected an integer, such as rows = 10; found the string \"5\"");
    CHECK(problem("rows", "5.0") ==
          "3:8 expected an integer, such as rows = 10; found the float 5.0");
    CHECK(problem("weight", "true") == "3:10 expected a number, such as weight = 0.5; found true");
    CHECK(problem("mode", "[1]") ==
          "3:8 expected a string, such as mode = \"fast\"; found an array");
    CHECK(problem("every", "5") ==
          "3:9 expected a duration with a unit (ns, us, ms, s, m, h, d), such as every = "
          "\"250ms\"; found the integer 5");
    CHECK(problem("every", "\"5 parsecs\"") ==
          "3:9 expected a duration with a unit (ns, us, ms, s, m, h, d), such as every = "
          "\"250ms\"; found the string \"5 parsecs\"");
    CHECK(problem("cache", "\"5Mb\"") ==
          "3:9 expected a number of bytes, plain or with a unit (B, kB, MB, GB, KiB, MiB, GiB), "
          "such as cache = \"64MiB\"; found the string \"5Mb\"");
    CHECK(problem("cache", "-1").starts_with("3:9 expected a number of bytes"));
    CHECK(problem("from", "\"2016-02-30\"") ==
          "3:8 expected a date, such as from = 1970-01-01; found the string \"2016-02-30\"");
    CHECK(problem("from", "2016-04-15T00:00:00Z") ==
          "3:8 expected a date, such as from = 1970-01-01; found the date or time "
          "2016-04-15T00:00:00Z");
    CHECK(problem("since", "10:00:00") ==
          "3:9 expected a date or a time with its zone (UTC without one), such as since = "
          "1970-01-01T00:00:00Z; found the date or time 10:00:00");
    CHECK(problem("since", "5").ends_with("found the integer 5"));
    CHECK(problem("file", "{ a = 1 }") ==
          "3:8 expected a path, such as file = \"folder/file\"; found a table");
    CHECK(problem("fields", "\"a\"") ==
          "3:10 expected a list of strings, such as fields = [\"a\", \"b\"]; found the string "
          "\"a\"");
    CHECK(problem("fields", "[\"a\",\n  5]") ==
          "4:3 expected a string in this list, as in fields = [\"a\", \"b\"]; found the integer "
          "5");
    CHECK(problem("mode", "\"" + std::string(100, 'x') + "\"") ==
          "3:8 must be one of 'fast', 'exact'; found the string \"" + std::string(60, 'x') + "\"…");
}

TEST_CASE("ranges are checked in the option's unit") {
    CHECK(problem("rows", "0") == "3:8 must be between 1 and 1000; found the integer 0");
    CHECK(problem("rows", "1001") == "3:8 must be between 1 and 1000; found the integer 1001");
    CHECK(problem("weight", "1.5") == "3:10 must be between 0 and 1; found the float 1.5");
    CHECK(problem("weight", "nan").ends_with("found the float nan"));
    CHECK(problem("every", "\"1us\"") == "3:9 must be at least 1ms; found the string \"1us\"");
    CHECK(problem("cache", "1000") == "3:9 must be at least 1KiB; found the integer 1000");
    CHECK(problem("from", "1969-12-31") ==
          "3:8 must be between 1970-01-01 and 2069-12-31; found the date or time 1969-12-31");
    CHECK(problem("limit", "0") == "3:9 must be at least 1; found the integer 0");
}

TEST_CASE("an integer must fit the member that holds it") {
    CHECK(value<std::int64_t>("port", "65535") == 65535);
    CHECK(problem("port", "65536") == "3:8 must be between 0 and 65535; found the integer 65536");
    CHECK(problem("port", "-1") == "3:8 must be between 0 and 65535; found the integer -1");
}

TEST_CASE("choices are checked, of texts and of each item of a list") {
    CHECK(problem("mode", "\"Fast\"") ==
          "3:8 must be one of 'fast', 'exact'; found the string \"Fast\" (fast)");
    CHECK(problem("mode", "\"slow\"") ==
          "3:8 must be one of 'fast', 'exact'; found the string \"slow\"");
    CHECK(problem("sides", "[\"bid\", \"aks\"]") ==
          "3:17 must be one of 'bid', 'ask'; found the string \"aks\" (ask)");
    CHECK(problem("sides", "\"${V}\"", {{"V", "bid,aks"}}) ==
          "3:9 must be one of 'bid', 'ask'; found the string \"aks\" (ask)");
}

TEST_CASE("unknown options are reported at their key, also near a key of the host") {
    CHECK(problem("colum", "1") == "3:1 unknown option (column)");
    CHECK(problem("input", "1") == "3:1 unknown option (inputs)");
    CHECK(problem("typ", "1") == "3:1 unknown option (type)");
    CHECK(problem("zzz", "1") ==
          "3:1 unknown option; the options are 'column', 'flag', 'rows', 'port', 'weight', "
          "'mode', 'every', 'cache', 'from', 'since', 'file', 'store', 'fields', 'sides', "
          "'limit'");
}

TEST_CASE("a missing option is reported at the table's header with what it is") {
    CHECK(Converted{"", ""}.problems() ==
          Lines{"1:1 sinks.s: missing option 'column' (Column to smooth); add column = \"close\""});
}

TEST_CASE("an option that is only misspelt is not missing as well") {
    CHECK(Converted{"colum = \"x\"", ""}.problems() ==
          Lines{"3:1 sinks.s.colum: unknown option (column)"});
}

TEST_CASE("a table without options says so") {
    Diagnostics diagnostics{"p", "x = 1"};
    const auto document = parse_toml("x = 1", diagnostics);
    convert_options({}, document.root, "sinks.s", "/", diagnostics);
    CHECK(problems_of(diagnostics) == Lines{"1:1 sinks.s.x: unknown option; there are none here"});
}

TEST_CASE("all problems of a table are found, and the right options are kept") {
    const Converted converted{"rows = 0\nflag = true\nweight = 7\nmod = 1\nlimit = \"${NO}\""};
    CHECK(converted.problems().size() == 4);
    CHECK(converted.values.size() == 2);
    CHECK(converted.values.count("flag") == 1);
    CHECK(converted.values.count("column") == 1);
}

TEST_CASE("what a broken table lacks is not reported") {
    CHECK(Converted{"", "column = oops"}.problems() ==
          Lines{"2:10 this is no value; texts stand in double quotes, as in key = \"text\""});
}
