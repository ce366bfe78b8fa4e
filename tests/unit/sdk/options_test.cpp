#include <catch2/catch.hpp>
#include <limits>

#include "tsflow/options.hpp"

using namespace tsflow;

namespace {

struct Config {
    std::string column;
    double alpha = 0.5;
    std::optional<int> window;
    Duration lateness = std::chrono::seconds{2};
    ByteSize buffer{1024};
    Date from{Date::duration{16'906}};
    Timestamp start{Duration{5}};
    std::filesystem::path path = "out.csv";
    Secret key{"hidden"};
    std::vector<std::string> symbols = {"A", "B"};
    bool strict = true;
};

const OptionInfo& named(const std::vector<OptionInfo>& list, std::string_view name) {
    for (const OptionInfo& info : list) {
        if (info.name == name) {
            return info;
        }
    }
    throw std::logic_error("not declared");
}

Options<Config> declared() {
    Options<Config> o;
    o.required("column", &Config::column, "Column").such_as("close");
    o.optional("alpha", &Config::alpha, "Weight").range(0, 1).in("fraction");
    o.optional("window", &Config::window, "Rows").at_least(1);
    o.optional("lateness", &Config::lateness, "Lateness");
    o.optional("buffer", &Config::buffer, "Buffer");
    o.optional("from", &Config::from, "First day");
    o.optional("start", &Config::start, "First moment");
    o.optional("path", &Config::path, "File");
    o.optional("key", &Config::key, "Key");
    o.optional("symbols", &Config::symbols, "Symbols").one_of({"A", "B", "C"});
    o.optional("strict", &Config::strict, "Strict");
    o.check([](const Config& c, OptionProblems& problems) {
        if (c.alpha > 0.9 && c.window) {
            problems.push_back({"window", "not with a large alpha"});
        }
    });
    return o;
}

}  // namespace

TEST_CASE("an option's type and default come from the member") {
    const auto options = declared();
    const auto& list = options.list();
    const auto type = [&](std::string_view name) { return to_string(named(list, name).type); };
    CHECK(type("column") == "text");
    CHECK(type("alpha") == "real");
    CHECK(type("window") == "integer");
    CHECK(type("lateness") == "duration");
    CHECK(type("buffer") == "bytes");
    CHECK(type("from") == "date");
    CHECK(type("start") == "timestamp");
    CHECK(type("path") == "path");
    CHECK(type("key") == "secret");
    CHECK(type("symbols") == "text_list");
    CHECK(type("strict") == "boolean");

    CHECK(named(list, "column").required);
    CHECK_FALSE(named(list, "column").default_value);
    CHECK(named(list, "alpha").default_value == OptionValue{0.5});
    CHECK_FALSE(named(list, "window").default_value);
    CHECK(named(list, "lateness").default_value == OptionValue{std::int64_t{2'000'000'000}});
    CHECK(named(list, "buffer").default_value == OptionValue{std::int64_t{1024}});
    CHECK(named(list, "from").default_value == OptionValue{std::int64_t{16'906}});
    CHECK(named(list, "start").default_value == OptionValue{std::int64_t{5}});
    CHECK(named(list, "path").default_value == OptionValue{std::string{"out.csv"}});
    CHECK_FALSE(named(list, "key").default_value);  // a secret is never shown
    CHECK(named(list, "symbols").default_value == OptionValue{std::vector<std::string>{"A", "B"}});
    CHECK(named(list, "strict").default_value == OptionValue{true});
}

TEST_CASE("limits, choices, unit and example are kept") {
    const auto options = declared();
    const auto& list = options.list();
    CHECK(named(list, "alpha").min == 0.0);
    CHECK(named(list, "alpha").max == 1.0);
    CHECK(named(list, "alpha").unit == "fraction");
    CHECK(named(list, "window").min == 1.0);
    CHECK_FALSE(named(list, "window").max);
    CHECK(named(list, "window").highest == std::numeric_limits<int>::max());  // of the member
    CHECK(named(list, "symbols").choices == std::vector<std::string>{"A", "B", "C"});
    CHECK(named(list, "column").example == OptionValue{std::string{"close"}});
}

TEST_CASE("values are stored in the members and others keep their defaults") {
    Config config;
    OptionProblems problems;
    const OptionValues values = {
        {"column", std::string{"close"}}, {"alpha", 0.25},
        {"window", std::int64_t{20}},     {"lateness", std::int64_t{7}},
        {"buffer", std::int64_t{64}},     {"from", std::int64_t{1}},
        {"start", std::int64_t{9}},       {"path", std::string{"/tmp/x"}},
        {"key", std::string{"k"}},        {"symbols", std::vector<std::string>{"C"}},
    };
    CHECK(declared().assign(config, values, problems));
    CHECK(config.column == "close");
    CHECK(config.alpha == 0.25);
    CHECK(config.window == 20);
    CHECK(config.lateness == Duration{7});
    CHECK(config.buffer.count == 64);
    CHECK(config.from == Date{Date::duration{1}});
    CHECK(config.start == Timestamp{Duration{9}});
    CHECK(config.path == "/tmp/x");
    CHECK(config.key.reveal() == "k");
    CHECK(config.symbols == std::vector<std::string>{"C"});
    CHECK(config.strict);
}

TEST_CASE("a rule over several options reports its problem") {
    Config config;
    OptionProblems problems;
    CHECK_FALSE(
        declared().assign(config, {{"alpha", 0.95}, {"window", std::int64_t{2}}}, problems));
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].option == "window");
}

namespace {

struct Link {
    std::string name = "primary";
    std::int16_t port = 80;
    Secret key{"hidden"};
};
struct Linked {
    std::vector<Link> links;
    bool single = false;
};

Options<Linked> linked() {
    Options<Linked> o;
    o.tables("links", &Linked::links, "Links", [](Options<Link>& l) {
         l.optional("name", &Link::name, "Name");
         l.optional("port", &Link::port, "Port").at_least(1);
         l.optional("key", &Link::key, "Key");
         l.check([](const Link& link, OptionProblems& problems) {
             if (link.name == "wrong") {
                 problems.push_back({"name", "is wrong"});
             } else if (link.name == "odd") {
                 problems.push_back({"", "is odd", true});
             }
         });
     }).range(0, 4);
    o.optional("single", &Linked::single, "Ignored");
    o.check([](const Linked& c, OptionProblems& problems) {
        if (c.single && !c.links.empty()) {
            problems.push_back({"single", "is ignored", true});
        }
    });
    return o;
}

}  // namespace

TEST_CASE("a list of tables holds the declaration of its tables") {
    const auto options = linked();
    const OptionInfo& links = named(options.list(), "links");
    CHECK(to_string(links.type) == "tables");
    CHECK_FALSE(links.required);
    CHECK(links.default_value == OptionValue{OptionTables{}});
    CHECK(links.max == 4);
    REQUIRE(links.nested.size() == 3);
    CHECK(links.nested[0].default_value == OptionValue{std::string{"primary"}});
    CHECK(links.nested[1].highest == std::numeric_limits<std::int16_t>::max());
    CHECK(links.nested[1].min == 1);
    CHECK_FALSE(links.nested[2].default_value);  // a secret is never shown
}

TEST_CASE("tables are stored in order, and replace what the member held") {
    Linked config;
    config.links.resize(7);
    OptionProblems problems;
    const OptionTables tables = {{{{"name", std::string{"a"}}, {"port", std::int64_t{1}}}},
                                 {},
                                 {{{"key", std::string{"k"}}}}};
    CHECK(linked().assign(config, {{"links", tables}}, problems));
    CHECK(problems.empty());
    REQUIRE(config.links.size() == 3);
    CHECK(config.links[0].name == "a");
    CHECK(config.links[0].port == 1);
    CHECK(config.links[1].name == "primary");
    CHECK(config.links[2].key.reveal() == "k");
}

TEST_CASE("a rule of a table names the option inside it") {
    Linked config;
    OptionProblems problems;
    const OptionTables tables = {
        {}, {{{"name", std::string{"wrong"}}}}, {{{"name", std::string{"odd"}}}}};
    CHECK_FALSE(linked().assign(config, {{"links", tables}}, problems));
    REQUIRE(problems.size() == 2);
    CHECK(problems[0].option == "links.1.name");
    CHECK_FALSE(problems[0].warning);
    CHECK(problems[1].option == "links.2");
    CHECK(problems[1].message == "is odd");
    CHECK(problems[1].warning);
}

TEST_CASE("a warning does not refuse the values") {
    Linked config;
    OptionProblems problems;
    CHECK(linked().assign(config, {{"single", true}, {"links", OptionTables{{}}}}, problems));
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].warning);
    // What others had found before does not count.
    problems.push_back({"", "an error of somebody else"});
    CHECK(linked().assign(config, {{"single", true}}, problems));
}
