#include "plugins/option_meaning.hpp"

#include <catch2/catch.hpp>

#include "node_types.hpp"

using namespace tsflow;
using node_types::option;

TEST_CASE("the default of a secret is not shown, whoever set it") {
    OptionInfo secret = option("key", OptionType::secret, "Key");
    secret.default_value = OptionValue{std::string{"hunter2"}};
    CHECK_FALSE(shown_default(secret).has_value());
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
    CHECK(range_sentence(option("n", OptionType::integer, "N").in("rows")) == "In rows.");
    CHECK(range_sentence(option("n", OptionType::integer, "N")).empty());
}

TEST_CASE("the meaning is made of sentences") {
    CHECK(meaning(option("n", OptionType::integer, "Tries").range(1, 3).in("tries"), "") ==
          "Tries. From 1 to 3 tries.");
    CHECK(meaning(option("m", OptionType::text, "What to do.").one_of({"a", "b"}), "`") ==
          R"(What to do. One of `"a"`, `"b"`.)");
    CHECK(meaning(option("m", OptionType::text_list, "Which?").one_of({"a"}), "") ==
          R"(Which? Each one of "a".)");
    CHECK(meaning(option("p", OptionType::path, "File").such_as("a.txt"), "`") ==
          R"(File. Example: `"a.txt"`.)");
    CHECK(
        meaning(option("p", OptionType::path, "Store").one_of({"csv:", "db:"}), "`") ==
        R"(Store. A relative path behind `"csv:"`, `"db:"` is relative to the pipeline file's folder.)");
}
