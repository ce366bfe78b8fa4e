#include <catch2/catch.hpp>

#include "config/pipeline_spec.hpp"
#include "log/secrets.hpp"
#include "runtime/fingerprint.hpp"
#include "tsflow/plugin.hpp"

using namespace tsflow;

namespace {

class Feed final : public Source {
public:
    static constexpr std::string_view name = "feed";
    static constexpr std::string_view doc = "Has secrets.";
    struct Connection {
        std::string place;
        Secret key;
    };
    struct Config {
        std::int64_t rows = 1;
        Secret url;
        std::vector<Connection> connections;
    };
    static void describe(Options<Config>& o) {
        o.optional("rows", &Config::rows, "Rows");
        o.optional("url", &Config::url, "Never shown");
        o.tables("connections", &Config::connections, "Where", [](Options<Connection>& c) {
            c.required("place", &Connection::place, "Where").such_as("here");
            c.optional("key", &Connection::key, "Never shown");
        });
    }
    explicit Feed(Config) {}
    Ports outputs() const override { return {}; }
    Poll poll(Emitter&, Millis) override { return Poll::done; }
};

struct Read {
    explicit Read(const std::string& toml) : diagnostics("p.toml", toml) {
        registry.add(node_type<Feed>());
        spec = parse_pipeline(
            toml, "p.toml", [](const std::string&) { return std::optional<std::string>{}; }, {},
            diagnostics);
    }
    std::string print() const { return fingerprint(spec, registry); }
    Registry registry;
    Diagnostics diagnostics;
    PipelineSpec spec;
};

const std::string file = R"(
[sources.a]
type = "feed"
rows = 5
url = "postgres://u:p%40ssword@host/db"
[[sources.a.connections]]
place = "x"
key = "first-key"
[sinks.s]
type = "none"
inputs = ["a"]
)";

std::string with(std::string from, std::string to) {
    std::string text = file;
    return text.replace(text.find(from), from.size(), to);
}

}  // namespace

TEST_CASE("The fingerprint follows what a pipeline does, not how its file is written") {
    const std::string print = Read(file).print();
    CHECK(print.size() == 16);
    CHECK(Read(with("rows = 5\nurl", "# a comment\nurl")).print() != print);
    CHECK(Read(with("rows = 5", "rows = 6")).print() != print);
    CHECK(Read(with("place = \"x\"", "place = \"y\"")).print() != print);
    CHECK(Read(with("[sources.a]\ntype = \"feed\"\nrows = 5",
                    "[sources.a]\nrows  =  5 # five\ntype = 'feed'"))
              .print() == print);
    CHECK(Read(with("first-key", "other-key")).print() == print);
    CHECK(Read(with("p%40ssword", "changed")).print() == print);
}

TEST_CASE("Secrets are all values of secret options, and the passwords in them") {
    const Read read(file);
    const Secrets secrets = secrets_of(read.spec, read.registry);
    CHECK(secrets.hide("to postgres://u:p%40ssword@host/db") == "to ***");
    CHECK(secrets.hide("user u, password p@ssword or p%40ssword") == "user u, password *** or ***");
    CHECK(secrets.hide("first-key and first-ke") == "*** and first-ke");
    CHECK(secrets.within("x first-key"));
    CHECK_FALSE(secrets.within("rows 5 x"));
    CHECK(Secrets({"host=h password='se cret' user=u"}).hide("se cret") == "***");
    CHECK(Secrets({"host=h password=secret user=u"}).hide("a secret") == "a ***");
    CHECK(Secrets({"a"}).empty());
}
