#include "plugins/option_meaning.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "config/option_text.hpp"
#include "node_types.hpp"

using namespace tsflow;
using node_types::option;

namespace {

OptionValue whole(std::int64_t value) {
    return OptionValue{value};
}
OptionValue text(const char* value) {
    return OptionValue{std::string{value}};
}

}  // namespace

TEST_CASE("values are written as a pipeline file holds them") {
    CHECK(toml_text(OptionType::boolean, OptionValue{true}) == "true");
    CHECK(toml_text(OptionType::integer, whole(-3)) == "-3");
    CHECK(toml_text(OptionType::real, OptionValue{0.25}) == "0.25");
    CHECK(toml_text(OptionType::real, OptionValue{100.0}) == "100.0");
    CHECK(toml_text(OptionType::real, OptionValue{1e300}) == "1e+300");
    CHECK(toml_text(OptionType::real, OptionValue{-std::numeric_limits<double>::infinity()}) ==
          "-inf");
    CHECK(toml_text(OptionType::duration, whole(250'000'000)) == "\"250ms\"");
    CHECK(toml_text(OptionType::bytes, whole(64 << 20)) == "\"64MiB\"");
    CHECK(toml_text(OptionType::date, whole(16'906)) == "2016-04-15");
    CHECK(toml_text(OptionType::timestamp, whole(1'460'727'000'000'000'000)) ==
          "2016-04-15T13:30:00Z");
    CHECK(toml_text(OptionType::date, text("2016-04-15")) == "2016-04-15");
    CHECK(toml_text(OptionType::text_list, OptionValue{std::vector<std::string>{"a", "b"}}) ==
          R"(["a", "b"])");
    CHECK(toml_text(OptionType::text_list, OptionValue{std::vector<std::string>{}}) == "[]");
}

TEST_CASE("what TOML would misread is escaped") {
    CHECK(toml_text(OptionType::text, text("say \"hi\" \\ \n\t\x01\x7f é")) ==
          R"("say \"hi\" \\ \n\t\u0001\u007F é")");
}

TEST_CASE("the default of a secret is not shown, whoever set it") {
    OptionInfo secret = option("key", OptionType::secret, "Key");
    secret.default_value = text("hunter2");
    CHECK_FALSE(shown_default(secret).has_value());
    CHECK_FALSE(sample_value(secret).has_value());
}

TEST_CASE("a sample shows the example, or the default, or the first choice") {
    OptionInfo mode = option("mode", OptionType::text, "Mode").one_of({"x", "y"});
    CHECK(sample_value(mode) == text("x"));
    mode.default_value = text("y");
    CHECK(sample_value(mode) == text("y"));
    CHECK(sample_value(mode.such_as("x")) == text("x"));
    CHECK(sample_value(option("modes", OptionType::text_list, "Modes").one_of({"x", "y"})) ==
          OptionValue{std::vector<std::string>{"x"}});
    CHECK_FALSE(sample_value(option("n", OptionType::integer, "N")).has_value());
}

TEST_CASE("ranges are told in the option's own unit") {
    CHECK(range_sentence(option("n", OptionType::integer, "N").range(1, 10)) == "From 1 to 10.");
    CHECK(range_sentence(option("n", OptionType::real, "N").range(0, 0.5)) == "From 0 to 0.5.");
    CHECK(range_sentence(option("n", OptionType::duration, "N").at_least(1e9)) == "At least 1s.");
    CHECK(range_sentence(option("n", OptionType::bytes, "N").at_least(1024)) == "At least 1KiB.");
    OptionInfo day = option("n", OptionType::date, "N");
    day.max = 16'906;
    CHECK(range_sentence(day) == "At most 2016-04-15.");
    CHECK(range_sentence(option("n", OptionType::integer, "N").at_least(-1e300)) ==
          "At least -9223372036854774784.");
    CHECK(range_sentence(option("n", OptionType::integer, "N")).empty());
}

TEST_CASE("the meaning is made of sentences") {
    CHECK(meaning(option("n", OptionType::integer, "Tries").range(1, 3).in("tries"), "") ==
          "Tries. In tries. From 1 to 3.");
    CHECK(meaning(option("m", OptionType::text, "What to do.").one_of({"a", "b"}), "`") ==
          R"(What to do. One of `"a"`, `"b"`.)");
    CHECK(meaning(option("m", OptionType::text_list, "Which?").one_of({"a"}), "") ==
          R"(Which? Each one of "a".)");
    CHECK(meaning(option("p", OptionType::path, "File").such_as("a.txt"), "`") ==
          R"(File. Example: `"a.txt"`.)");
}
