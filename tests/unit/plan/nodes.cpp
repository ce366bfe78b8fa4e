#include "nodes.hpp"

#include <fmt/format.h>

#include <optional>
#include <stdexcept>
#include <utility>

#include "tsflow/testing.hpp"

namespace tsflow::plan_test {
namespace {

constexpr const char* ticks =
    "symbol:symbol/key time:timestamp/key/event_time close:float64[USD] volume:int64[shares]";

class Feed final : public Source {
public:
    static constexpr std::string_view name = "feed", doc = "States ports.";
    struct Config {
        std::string schema = ticks;
        std::vector<std::string> ports = {"out"};
        std::vector<std::string> side_ports;
        bool live = false;
    };
    static void describe(Options<Config>& o) {
        o.optional("schema", &Config::schema, "Header of a text table");
        o.optional("ports", &Config::ports, "Output ports");
        o.optional("side_ports", &Config::side_ports, "Outputs that nobody has to take");
        o.optional("live", &Config::live, "Cannot be replayed");
        o.check([](const Config& c, OptionProblems& p) {
            if (c.live && c.schema.empty()) {
                p.push_back({"live", "a live feed needs a schema"});
            }
        });
    }
    explicit Feed(Config config) : config_(std::move(config)) {}
    Ports outputs() const override {
        Ports ports;
        for (const std::string& port : config_.ports) {
            ports.push_back({port, testing::schema(config_.schema)});
        }
        for (const std::string& port : config_.side_ports) {
            ports.push_back({port, testing::schema(config_.schema), true});
        }
        return ports;
    }
    Poll poll(Emitter&, Millis) override { return Poll::done; }
    bool replayable() const noexcept override { return !config_.live; }

private:
    Config config_;
};

class Faulty final : public Source {
public:
    static constexpr std::string_view name = "faulty", doc = "States wrong outputs.";
    struct Config {
        std::string fault;
    };
    static void describe(Options<Config>& o) {
        o.required("fault", &Config::fault, "Which").such_as("none");
    }
    explicit Faulty(Config config) : config_(std::move(config)) {
        if (config_.fault == "constructor") {
            throw std::runtime_error("no such device");
        }
    }
    Ports outputs() const override {
        const SchemaPtr schema = testing::schema(ticks);
        if (config_.fault == "none") {
            return {};
        }
        if (config_.fault == "case") {
            return {{"Out", schema}};
        }
        if (config_.fault == "twice") {
            return {{"out", schema}, {"out", schema}};
        }
        if (config_.fault == "null") {
            return {{"out", nullptr}};
        }
        throw ConfigError("fault", "no fault of this kind", 3);
    }
    Poll poll(Emitter&, Millis) override { return Poll::done; }

private:
    Config config_;
};

class Radio final : public Source {
public:
    static constexpr std::string_view name = "radio", doc = "Has a list of tables.";
    struct Channel {
        std::string band = "fm";
        std::int64_t volume = 5;
    };
    struct Config {
        std::vector<Channel> channels;
    };
    static void describe(Options<Config>& o) {
        o.tables("channels", &Config::channels, "Channels", [](Options<Channel>& c) {
            c.optional("band", &Channel::band, "Band");
            c.optional("volume", &Channel::volume, "Volume");
            c.check([](const Channel& channel, OptionProblems& p) {
                if (channel.band == "none") {
                    p.push_back({"band", "there is no such band"});
                }
                if (channel.band == "mute" && channel.volume > 0) {
                    p.push_back({"volume", "is ignored", true});
                }
            });
        });
    }
    explicit Radio(Config config) {
        for (std::size_t i = 0; i < config.channels.size(); ++i) {
            if (config.channels[i].band == "lost") {
                throw ConfigError("channels." + std::to_string(i) + ".band", "is lost", 2);
            }
        }
    }
    Ports outputs() const override { return single(testing::schema(ticks)); }
    Poll poll(Emitter&, Millis) override { return Poll::done; }
};

class Pass final : public Transform {
public:
    static constexpr std::string_view name = "pass", doc = "Hands rows on.";
    struct Config {
        std::string memory = "none";
    };
    static void describe(Options<Config>& o) {
        o.optional("memory", &Config::memory, "Of earlier rows")
            .one_of({"none", "restored", "lost"});
    }
    explicit Pass(Config config) : config_(std::move(config)) {}
    Ports bind(const Ports& inputs) override { return single(only(inputs)); }
    Memory memory() const noexcept override {
        return config_.memory == "lost"       ? Memory::lost
               : config_.memory == "restored" ? Memory::restored
                                              : Memory::none;
    }

private:
    Config config_;
};

class Rename final : public Transform {
public:
    static constexpr std::string_view name = "rename", doc = "Puts a column into another unit.";
    struct Config {
        std::string column;
        std::string unit = "EUR";
    };
    static void describe(Options<Config>& o) {
        o.required("column", &Config::column, "Which").such_as("close");
        o.optional("unit", &Config::unit, "New unit");
    }
    explicit Rename(Config config) : config_(std::move(config)) {}
    Ports bind(const Ports& inputs) override {
        const SchemaPtr& in = only(inputs);
        Field field = (*in)[in->index(config_.column, "column")];
        field.unit = config_.unit;
        return single(with_field(in, std::move(field)));
    }

private:
    Config config_;
};

class Pair final : public Transform {
public:
    static constexpr std::string_view name = "pair", doc = "Joins two inputs.";
    struct Config {};
    static void describe(Options<Config>&) {}
    explicit Pair(Config) {}
    Ports bind(const Ports& inputs) override {
        if (inputs.size() != 2 || inputs[0].name != "left" || inputs[1].name != "right") {
            throw ConfigError("inputs", "want the inputs 'left' and 'right'");
        }
        return {{"matched", inputs[0].schema}, {"unmatched", inputs[0].schema}};
    }
};

class Store final : public Sink {
public:
    static constexpr std::string_view name = "store", doc = "Keeps rows.";
    struct Config {
        std::string repeats = "replaced";
    };
    static void describe(Options<Config>& o) {
        o.optional("repeats", &Config::repeats, "What becomes of rows written twice")
            .one_of({"doubled", "replaced", "removed", "harmless"});
    }
    explicit Store(Config config) : config_(std::move(config)) {}
    void bind(const Ports& inputs) override { only(inputs); }
    void commit(const Checkpoint&, StateWriter&) override {}
    Repeats repeats() const noexcept override {
        return config_.repeats == "doubled"    ? Repeats::doubled
               : config_.repeats == "replaced" ? Repeats::replaced
               : config_.repeats == "removed"  ? Repeats::removed
                                               : Repeats::harmless;
    }

private:
    Config config_;
};

class Keyed final : public Sink {
public:
    static constexpr std::string_view name = "keyed", doc = "Wants a key.";
    struct Config {};
    static void describe(Options<Config>&) {}
    explicit Keyed(Config) {}
    void bind(const Ports& inputs) override {
        if (only(inputs)->key().empty()) {
            throw ConfigError("the rows have no key");
        }
    }
    void commit(const Checkpoint&, StateWriter&) override {}
    Repeats repeats() const noexcept override { return Repeats::replaced; }
};

}  // namespace

const Registry& registry() {
    static const Registry all = [] {
        Registry made;
        made.add(node_type<Feed>());
        made.add(node_type<Faulty>());
        made.add(node_type<Radio>());
        made.add(node_type<Pass>());
        made.add(node_type<Rename>());
        made.add(node_type<Pair>());
        made.add(node_type<Store>());
        made.add(node_type<Keyed>());
        made.refuse("/plugins/kafka.so", "it was built with tsflow ABI 7, this is ABI 1");
        return made;
    }();
    return all;
}

std::vector<std::string> Planned::problems() const {
    std::vector<std::string> result;
    for (const Diagnostic& d : diagnostics.sorted()) {
        result.push_back(fmt::format("{}:{} {} {}: {}|{}", d.at.line, d.at.column,
                                     d.severity == Severity::error ? "error" : "warning", d.path,
                                     d.message, d.nearest));
    }
    return result;
}

std::size_t Planned::index(const std::string& id) const {
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
        if (plan.nodes[i].spec.id == id) {
            return i;
        }
    }
    throw std::runtime_error("no node " + id);
}

const PlannedNode& Planned::node(const std::string& id) const {
    return plan.nodes[index(id)];
}

Planned plan(const std::string& toml) {
    Diagnostics diagnostics("test.toml", toml);
    PipelineSpec spec = parse_pipeline(
        toml, "test.toml", [](const std::string&) { return std::nullopt; }, {}, diagnostics);
    Plan made = make_plan(std::move(spec), registry(), diagnostics);
    return {std::move(made), std::move(diagnostics)};
}

Plan valid(const std::string& toml) {
    Planned planned = plan(toml);
    if (planned.diagnostics.has_errors()) {
        throw std::runtime_error(planned.diagnostics.to_text(false));
    }
    return std::move(planned.plan);
}

}  // namespace tsflow::plan_test
