#include <catch2/catch.hpp>
#include <string>

#include "flawed.hpp"

using namespace tsflow;
using namespace tsflow::testing;
using flawed::joined;
using flawed::sample_rows;

namespace {

struct Settings {
    std::string column;
    std::int64_t rows = 5;
};

/// A transform that hands rows on; only what `describe` declares varies.
class Same : public Transform {
public:
    Ports bind(const Ports& inputs) override { return single(only(inputs)); }
    void process(Batch batch, Emitter& out) override { out.emit(std::move(batch)); }
};

struct Good final : Same {
    static constexpr std::string_view name = "good";
    static constexpr std::string_view doc = "Hands rows on.";
    using Config = Settings;
    static void describe(Options<Config>& o) {
        o.required("column", &Config::column, "A column.").such_as("close");
        o.optional("rows", &Config::rows, "Rows a batch.").at_least(1);
    }
    explicit Good(Config) {}
};

struct Tables {
    std::vector<Settings> parts;
};

struct Listed final : Same {
    static constexpr std::string_view name = "listed";
    static constexpr std::string_view doc = "Hands rows on.";
    using Config = Tables;
    static void describe(Options<Config>& o) {
        o.tables("parts", &Config::parts, "Parts.", [](Options<Settings>& part) {
            part.required("column", &Settings::column, "A column.").such_as("close");
        });
    }
    explicit Listed(Config) {}
};

struct ListedBadly final : Same {
    static constexpr std::string_view name = "listed_badly";
    static constexpr std::string_view doc = "Hands rows on.";
    using Config = Tables;
    static void describe(Options<Config>& o) {
        o.tables("parts", &Config::parts, "Parts.", [](Options<Settings>& part) {
            part.required("column", &Settings::column, "A column.");
        });
    }
    explicit ListedBadly(Config) {}
};

struct Undocumented final : Same {
    static constexpr std::string_view name = "undocumented";
    static constexpr std::string_view doc = "";
    using Config = Settings;
    static void describe(Options<Config>& o) { o.optional("rows", &Config::rows, ""); }
    explicit Undocumented(Config) {}
};

struct SampleRefused final : Same {
    static constexpr std::string_view name = "sample_refused";
    static constexpr std::string_view doc = "Hands rows on.";
    using Config = Settings;
    static void describe(Options<Config>& o) {
        o.required("column", &Config::column, "A column.").such_as("close");
        o.check([](const Config&, OptionProblems& problems) {
            problems.push_back({"column", "never right"});
        });
    }
    explicit SampleRefused(Config) {}
};

struct HostKey final : Same {
    static constexpr std::string_view name = "host_key";
    static constexpr std::string_view doc = "Hands rows on.";
    using Config = Settings;
    static void describe(Options<Config>& o) { o.optional("queue", &Config::rows, "Rows."); }
    explicit HostKey(Config) {}
};

}  // namespace

TEST_CASE("well declared options pass, with the generated sample or a given one") {
    CHECK(joined(conformance<Good>(sample_rows())) == "");
    Sample given = sample_rows();
    given.toml = "column = 'value'\nrows = 7";
    CHECK(joined(conformance<Good>(given)) == "");
}

TEST_CASE("a list of tables passes, and its options follow the rules, too") {
    CHECK(joined(conformance<Listed>(sample_rows())) == "");
    Sample given = sample_rows();
    given.toml = "[[parts]]\ncolumn = 'a'\n[[parts]]\ncolumn = 'b'";
    CHECK(joined(conformance<Listed>(given)) == "");
    CHECK_THAT(joined(conformance<ListedBadly>(sample_rows())),
               Catch::Contains("option 'parts.column' is required but has no example"));
}

TEST_CASE("a given sample that is refused is told") {
    Sample given = sample_rows();
    given.toml = "column = 'value'\nrows = 0";
    CHECK_THAT(joined(conformance<Good>(given)),
               Catch::Contains("the given sample is a valid table: good.rows"));
}

TEST_CASE("each broken rule for options is found and told") {
    CHECK_THAT(
        joined(conformance<Undocumented>(sample_rows())),
        Catch::Contains("a node type is declared by the rules: ") && Catch::Contains("rows"));
    CHECK_THAT(joined(conformance<SampleRefused>(sample_rows())),
               Catch::Contains("the generated sample is a valid table: sample_refused.column: "
                               "never right"));
    CHECK_THAT(
        joined(conformance<HostKey>(sample_rows())),
        Catch::Contains("a node type is declared by the rules: ") && Catch::Contains("queue"));
}
