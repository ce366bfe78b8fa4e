#include <string>
#include <utility>
#include <vector>

#include "tsflow/plugin.hpp"

namespace tsflow {
namespace {

SchemaPtr readings() {
    return Schema::make({{.name = "station", .type = Type::symbol, .key = true},
                         {.name = "time", .type = Type::timestamp, .key = true, .event_time = true},
                         {.name = "temperature", .type = Type::float64, .unit = "celsius"}});
}

SchemaPtr alarms() {
    return Schema::make({{.name = "time", .type = Type::timestamp, .event_time = true},
                         {.name = "level", .type = Type::int64, .unit = "count"},
                         {.name = "text", .type = Type::string, .nullable = true}});
}

class Sensor final : public Source {
public:
    static constexpr std::string_view name = "sensor";
    static constexpr std::string_view doc = "Has two outputs; the rows of the second have no key.";
    struct Probe {
        std::string place;
        std::int64_t depth = 1;
        std::string unit = "celsius";
        bool enabled = true;
        Secret token;
    };
    struct Config {
        std::string model = "a1";
        Secret token;
        std::vector<Probe> probes;
    };
    static void describe(Options<Config>& options) {
        options.optional("model", &Config::model, "What it is").one_of({"a1", "a2"});
        options.optional("token", &Config::token, "Never shown");
        options
            .tables("probes", &Config::probes, "Where it measures",
                    [](Options<Probe>& probe) {
                        probe.required("place", &Probe::place, "Where").such_as("well");
                        probe.optional("depth", &Probe::depth, "How deep").range(0, 100);
                        probe.optional("unit", &Probe::unit, "Unit").one_of({"celsius", "kelvin"});
                        probe.optional("enabled", &Probe::enabled, "Whether it measures");
                        probe.optional("token", &Probe::token, "Never shown");
                    })
            .range(0, 3);
        options.check([](const Config& config, OptionProblems& problems) {
            for (std::size_t i = 0; i < config.probes.size(); ++i) {
                const std::string probe = "probes." + std::to_string(i);
                if (config.probes[i].place == "nowhere") {
                    problems.push_back({probe + ".place", "nothing can be measured nowhere"});
                }
                if (config.probes[i].place == "surface" && config.probes[i].depth > 0) {
                    problems.push_back({probe + ".depth", "is ignored at the surface", true});
                }
            }
        });
    }
    explicit Sensor(Config) {}
    Ports outputs() const override { return {{"readings", readings()}, {"alarms", alarms()}}; }
    Poll poll(Emitter&, Millis) override { return Poll::done; }
};

class Relabel final : public Transform {
public:
    static constexpr std::string_view name = "relabel";
    static constexpr std::string_view doc = "Gives a column another unit.";
    struct Config {
        std::string column;
        std::string unit;
    };
    static void describe(Options<Config>& options) {
        options.required("column", &Config::column, "Which").such_as("temperature");
        options.required("unit", &Config::unit, "New unit").such_as("kelvin");
    }
    explicit Relabel(Config config) : config_(std::move(config)) {}
    Ports bind(const Ports& inputs) override {
        const SchemaPtr& schema = only(inputs);
        Field field = (*schema)[schema->require(config_.column, Type::float64, {}, "column")];
        field.unit = config_.unit;
        return single(with_field(schema, std::move(field)));
    }

private:
    Config config_;
};

class Pair final : public Transform {
public:
    static constexpr std::string_view name = "pair";
    static constexpr std::string_view doc = "Joins two named inputs.";
    struct Config {};
    static void describe(Options<Config>&) {}
    explicit Pair(Config) {}
    Ports bind(const Ports& inputs) override {
        if (inputs.size() != 2 || inputs[0].name != "left" || inputs[1].name != "right") {
            throw ConfigError("inputs",
                              "a pair needs two named inputs: inputs = { left = …, right = … }");
        }
        return single(inputs[0].schema);
    }
};

class Ledger final : public Sink {
public:
    static constexpr std::string_view name = "ledger";
    static constexpr std::string_view doc = "Upserts, and so needs a key.";
    struct Config {};
    static void describe(Options<Config>&) {}
    explicit Ledger(Config) {}
    void bind(const Ports& inputs) override {
        if (only(inputs)->key().empty()) {
            throw ConfigError("inputs", "rows are upserted by their key, and these have none");
        }
    }
    void commit(const Checkpoint&, StateWriter&) override {}
    Repeats repeats() const noexcept override { return Repeats::replaced; }
};

}  // namespace
}  // namespace tsflow

TSFLOW_PLUGIN("broken_nodes", "1.0.0") {
    plugin.add<tsflow::Sensor>();
    plugin.add<tsflow::Relabel>();
    plugin.add<tsflow::Pair>();
    plugin.add<tsflow::Ledger>();
}
