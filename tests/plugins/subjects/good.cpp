// A library with nothing wrong: two node types with every kind of option.
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "subject_node.hpp"
#include "tsflow/error.hpp"

namespace {

using namespace std::chrono_literals;

class GoodSink final : public SubjectNode {
public:
    static constexpr std::string_view name = "good_sink";
    static constexpr std::string_view doc =
        "Takes rows and forgets them. Its bind() throws what `throws` names.";
    struct Endpoint {
        std::string host;
        std::int64_t port = 443;
        tsflow::Secret token{"never to be printed"};
    };
    struct Config {
        std::filesystem::path path;
        std::string mode;
        std::string throws = "nothing";
        std::int64_t attempts = 3;
        double share = 0.25;
        bool strict = false;
        tsflow::Duration wait = 250ms;
        tsflow::ByteSize buffer{64 << 20};
        std::vector<std::string> columns = {"price", "size"};
        std::optional<tsflow::Date> from;
        std::optional<tsflow::Timestamp> until;
        tsflow::Secret password{"never to be printed"};
        tsflow::Secret api_key;
        std::vector<Endpoint> endpoints;
    };
    static void describe(tsflow::Options<Config>& o) {
        o.required("path", &Config::path, "File to write to").such_as("out/rows.txt");
        o.required("mode", &Config::mode, "What to do with a file that is there")
            .one_of({"append", "replace"});
        o.optional("throws", &Config::throws, "Exception that bind() throws")
            .one_of({"nothing", "config_error", "retryable_error", "std"});
        o.optional("attempts", &Config::attempts, "Tries before giving up")
            .range(1, 10)
            .in("tries");
        o.optional("share", &Config::share, "Part of the rows").range(0, 1);
        o.optional("strict", &Config::strict, "Refuse what is odd");
        o.optional("wait", &Config::wait, "Pause between tries");
        o.optional("buffer", &Config::buffer, "Memory for waiting rows");
        o.optional("columns", &Config::columns, "Columns to take");
        o.optional("from", &Config::from, "First day");
        o.optional("until", &Config::until, "End, exclusive");
        o.optional("password", &Config::password, "Password of the store");
        o.tables("endpoints", &Config::endpoints, "Further places to write to",
                 [](tsflow::Options<Endpoint>& e) {
                     e.required("host", &Endpoint::host, "Its name").such_as("store.example");
                     e.optional("port", &Endpoint::port, "Its port").range(1, 65'535);
                     e.optional("token", &Endpoint::token, "Its password");
                 })
            .range(0, 8);
        o.required("api_key", &Config::api_key, "Key of the service").such_as("${API_KEY}");
    }
    explicit GoodSink(Config config) : SubjectNode({}), config_(std::move(config)) {}
    void bind(const tsflow::Ports&) override {
        if (config_.throws == "config_error") {
            throw tsflow::ConfigError("path", "cannot be", 4);
        }
        if (config_.throws == "retryable_error") {
            throw tsflow::RetryableError("not now");
        }
        if (config_.throws == "std") {
            throw std::out_of_range("beyond");
        }
    }

private:
    Config config_;
};

class GoodTransform final : public tsflow::Transform {
public:
    static constexpr std::string_view name = "good_transform";
    static constexpr std::string_view doc = "Passes rows on.";
    struct Config {};
    static void describe(tsflow::Options<Config>&) {}
    explicit GoodTransform(Config) {}
    tsflow::Ports bind(const tsflow::Ports& inputs) override { return inputs; }
    void process(tsflow::Batch batch, tsflow::Emitter& out) override { out.emit(std::move(batch)); }
};

}  // namespace

TSFLOW_PLUGIN("good", "1.2.3") {
    plugin.add<GoodSink>();
    plugin.add<GoodTransform>();
}
