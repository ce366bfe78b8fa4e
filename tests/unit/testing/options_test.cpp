#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tsflow/error.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::testing;
using namespace std::chrono_literals;

namespace {

class Scale final : public Transform {
public:
    static constexpr std::string_view name = "scale";
    static constexpr std::string_view doc = "Multiplies a column.";
    struct Config {
        std::string column;
        double factor = 2;
        Duration wait = 1s;
        std::filesystem::path file;
        std::int64_t low = 0, high = 10;
    };
    static void describe(Options<Config>& o) {
        o.required("column", &Config::column, "Column to multiply.").such_as("close");
        o.optional("factor", &Config::factor, "Multiplier.").range(0, 100);
        o.optional("wait", &Config::wait, "How long to wait.");
        o.optional("file", &Config::file, "A file.");
        o.optional("low", &Config::low, "Least value.");
        o.optional("high", &Config::high, "Greatest value.");
        o.check([](const Config& c, OptionProblems& problems) {
            if (c.low > c.high) {
                problems.push_back({"low", "low is above high"});
            }
            if (c.factor == 1) {
                problems.push_back({"factor", "changes nothing", true});
            }
        });
    }
    explicit Scale(Config c) : config(std::move(c)) {
        if (config.column == "impossible") {
            throw ConfigError("column", "there is no such column");
        }
    }
    Ports bind(const Ports& inputs) override { return single(only(inputs)); }

    Config config;
};

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("make builds a node from its table") {
    const auto node = make<Scale>(R"(
        column = "close"
        factor = 0.5
        wait = "250ms"
        file = "data/x.csv"
    )");
    CHECK(node->config.column == "close");
    CHECK(node->config.factor == 0.5);
    CHECK(node->config.wait == 250ms);
    CHECK(node->config.file == std::filesystem::current_path() / "data/x.csv");
    CHECK(node->config.high == 10);
}

TEST_CASE("errors lists every problem of a table, with the option's name") {
    CHECK(errors<Scale>("column = 'close'").empty());

    const auto messages = errors<Scale>("factr = 1\nwait = 'soon'\nlow = 'x'");
    REQUIRE(messages.size() == 4);  // unknown, bad duration, bad integer, missing column
    std::string all;
    for (const std::string& message : messages) {
        all += message + "\n";
    }
    CAPTURE(all);
    CHECK(contains(all, "scale.factr"));
    CHECK(contains(all, "did you mean 'factor'?"));
    CHECK(contains(all, "scale.wait"));
    CHECK(contains(all, "scale.low"));
    CHECK(contains(all, "column"));
}

TEST_CASE("problems of the options together, and of the constructor, are errors too") {
    CHECK(errors<Scale>("column = 'a'\nlow = 5\nhigh = 4") ==
          std::vector<std::string>{"scale.low: low is above high"});
    const auto thrown = errors<Scale>("column = 'impossible'");
    REQUIRE(thrown.size() == 1);
    CHECK(contains(thrown[0], "scale.column: "));
    CHECK(contains(thrown[0], "there is no such column"));
}

TEST_CASE("warnings are no errors and are told apart from them") {
    CHECK(warnings<Scale>("column = 'a'\nfactor = 1") ==
          std::vector<std::string>{"scale.factor: changes nothing"});
    CHECK(errors<Scale>("column = 'a'\nfactor = 1").empty());
    CHECK(make<Scale>("column = 'a'\nfactor = 1")->config.factor == 1);
    CHECK(warnings<Scale>("column = 'a'").empty());
    CHECK(warnings<Scale>("column = 'a'\nfactor = 1\nlow = 5\nhigh = 4").size() == 1);
    CHECK(errors<Scale>("column = 'a'\nfactor = 1\nlow = 5\nhigh = 4").size() == 1);
}

TEST_CASE("text that is no TOML is an error, not a crash") {
    CHECK_FALSE(errors<Scale>("column = ").empty());
    CHECK_FALSE(errors<Scale>("[[").empty());
}

TEST_CASE("make throws one error that holds all messages") {
    try {
        make<Scale>("factr = 1\nwait = 'soon'\ncolumn = 'a'");
        FAIL("accepted");
    } catch (const ConfigError& error) {
        const std::string what = error.what();
        CHECK(contains(what, "scale.factr"));
        CHECK(contains(what, "\n"));
        CHECK(contains(what, "scale.wait"));
    }
}
