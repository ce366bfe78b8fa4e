#include "plugins/describe.hpp"

#include <catch2/catch.hpp>

#include "node_types.hpp"
#include "plugins/load_plugins.hpp"
#include "subjects.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using Catch::Matchers::Contains;
using node_types::option;

namespace {

const RegisteredType& good_sink() {
    static const Registry registry = load_plugins(subjects::search({"good"}));
    const RegisteredType* found = registry.find("good_sink");
    REQUIRE(found != nullptr);
    return *found;
}

RegisteredType smoother() {
    OptionInfo column = option("column", OptionType::text, "Column to smooth").such_as("close");
    column.required = true;
    OptionInfo alpha = option("alpha", OptionType::real, "Weight of the newest value").range(0, 1);
    alpha.default_value = OptionValue{0.1};
    OptionInfo token = option("token", OptionType::secret, "Token | of the service");
    token.default_value = OptionValue{std::string{"hunter2"}};
    return {node_types::type("smooth", NodeKind::transform, {column, alpha, token}), "averages",
            "1.2.3", "/lib/averages.so"};
}

}  // namespace

TEST_CASE("describe prints a type for reading") {
    CHECK(describe_text(smoother()) ==
          R"(smooth (transform)
  plugin   averages 1.2.3
  library  /lib/averages.so

Does what a test needs.

  OPTION  TYPE    DEFAULT   MEANING
  column  text    required  Column to smooth. Example: "close".
  alpha   real    0.1       Weight of the newest value. From 0 to 1.
  token   secret  unset     Token | of the service.

Keys that every transform has besides: inputs, queue, retry, on_error.
)");
}

TEST_CASE("describe prints a sample table") {
    CHECK(describe_sample(smoother().type) ==
          R"(# Does what a test needs.
[transforms.smooth]
type = "smooth"
inputs = ["NODE"]  # the node to read from, or NODE.PORT

# Column to smooth. Example: "close".
column = "close"

# Weight of the newest value. From 0 to 1.
# alpha = 0.1

# Token | of the service.
# token = "${TOKEN}"
)");
    CHECK_THAT(describe_sample(node_types::type("feed", NodeKind::source)),
               Contains("[sources.feed]") && !Contains("inputs"));
}

TEST_CASE("describe prints the page of a type") {
    const std::string page = describe_markdown(smoother());
    CHECK_THAT(page, Contains("# smooth\n") && Contains("in the plugin `averages`") &&
                         Contains(R"(| `column` | text | **required** | Column to smooth. )"
                                  R"(Example: `"close"`. |)") &&
                         Contains("| `alpha` | real | `0.1` |") &&
                         Contains("| `token` | secret | unset | Token \\| of the service. |") &&
                         Contains("```toml\n# Does what a test needs.\n[transforms.smooth]"));
    RegisteredType plain = smoother();
    plain.type.doc = "Reads *.csv and `*.gz` of <name>.";
    CHECK_THAT(describe_markdown(plain), Contains("\nReads \\*.csv and `*.gz` of \\<name>.\n"));
    plain.type.options.clear();
    CHECK_THAT(describe_markdown(plain), Contains("no options of its own"));
    CHECK_THAT(describe_text(plain), Contains("It has no options."));
}

TEST_CASE("no description holds the default of a secret") {
    for (const RegisteredType& entry : {smoother(), good_sink()}) {
        for (const std::string& text :
             {describe_text(entry), describe_markdown(entry), describe_sample(entry.type),
              sample_table(entry.type), describe_json(entry.type)}) {
            CHECK_THAT(text, !Contains("hunter2") && !Contains("never to be printed"));
        }
    }
}

TEST_CASE("the sample of a type with every kind of option is a valid table") {
    const NodeType& type = good_sink().type;
    const std::string sample = sample_table(type);
    CHECK(testing::option_errors(type, sample) == std::vector<std::string>{});

    // The commented options are valid too: each with its comment mark taken away.
    std::string all;
    std::size_t begin = 0;
    for (const OptionInfo& info : type.options) {
        const std::string commented = "# " + info.name + " = ";
        const std::size_t at = sample.find(commented, begin);
        if (!info.required && info.type != OptionType::tables) {
            REQUIRE(at != std::string::npos);
            all += sample.substr(at + 2, sample.find('\n', at) - at - 1);
        }
    }
    CHECK(testing::option_errors(type, sample + all) == std::vector<std::string>{});
}

TEST_CASE("a list of tables is described by its header and its own options") {
    OptionInfo host = option("host", OptionType::text, "Its name").such_as("a.example");
    host.required = true;
    OptionInfo token = option("token", OptionType::secret, "Its password");
    OptionInfo endpoints = option("endpoints", OptionType::tables, "Further places").range(0, 8);
    endpoints.default_value = OptionValue{OptionTables{}};
    endpoints.nested = {host, token};
    const RegisteredType entry{
        node_types::type("store", NodeKind::sink,
                         {endpoints, option("mode", OptionType::text, "Mode").such_as("a")}),
        "stores", "1.0.0", "/lib/stores.so"};

    CHECK_THAT(describe_text(entry), Contains(R"(
  OPTION     TYPE    DEFAULT  MEANING
  endpoints  tables  []       Further places. From 0 to 8 tables. Each has the header
                              [[….endpoints]].
  mode       text    unset    Mode. Example: "a".

In each [[….endpoints]]:

  OPTION  TYPE    DEFAULT   MEANING
  host    text    required  Its name. Example: "a.example".
  token   secret  unset     Its password.
)"));
    CHECK_THAT(describe_markdown(entry),
               Contains("| `endpoints` | tables | `[]` | Further places. From 0 to 8 tables. Each "
                        "has the header `[[….endpoints]]`. |") &&
                   Contains("\nIn each `[[….endpoints]]`:\n\n| Option |") &&
                   Contains("| `host` | text | **required** |"));
    // Behind a header no other options of the node may follow.
    CHECK(describe_sample(entry.type) == R"(# Does what a test needs.
[sinks.store]
type = "store"
inputs = ["NODE"]  # the node to read from, or NODE.PORT

# Mode. Example: "a".
# mode = "a"

# Further places. From 0 to 8 tables. Each has the header [[….endpoints]].
# [[sinks.store.endpoints]]

# Its name. Example: "a.example".
# host = "a.example"

# Its password.
# token = "${TOKEN}"
)");
}

TEST_CASE("the sample of a list of tables is valid when its comment marks are taken away") {
    const NodeType& type = good_sink().type;
    std::string sample = sample_table(type);
    const std::size_t header = sample.find("# [[endpoints]]\n");
    REQUIRE(header != std::string::npos);
    for (const char* line : {"# [[endpoints]]", "# host = ", "# port = "}) {
        const std::size_t at = sample.find(line, header);
        REQUIRE(at != std::string::npos);
        sample.erase(at, 2);
    }
    CHECK(testing::option_errors(type, sample) == std::vector<std::string>{});
}

TEST_CASE("the list is aligned and tells what was refused and why") {
    Registry registry;
    registry.add({smoother()});
    registry.add(
        {{node_types::type("feed", NodeKind::source), "network_feed", "0.1.0", "/lib/feed.so"}});
    registry.refuse("/lib/old.so", "it was built for another tsflow");
    CHECK(list_text(registry) ==
          "TYPE    KIND       PLUGIN        VERSION  LIBRARY\n"
          "feed    source     network_feed  0.1.0    /lib/feed.so\n"
          "smooth  transform  averages      1.2.3    /lib/averages.so\n"
          "\n"
          "Refused:\n"
          "  /lib/old.so: it was built for another tsflow\n");
    CHECK(list_text(Registry{}) == "No plugins were found.\n");
}
