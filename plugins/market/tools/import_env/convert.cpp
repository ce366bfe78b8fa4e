#include "convert.hpp"

#include <algorithm>
#include <string_view>

#include "connections.hpp"
#include "settings.hpp"
#include "toml_text.hpp"

namespace tsflow::import_env {

namespace {

constexpr std::string_view single_mode =
    "it is for several connections, and USE_MULTI_CONNECTION is not true";

class Conversion {
public:
    Conversion(std::string file, std::vector<std::pair<std::string, std::string>> variables)
        : file_(std::move(file)), settings_(std::move(variables)) {}

    Converted run() {
        head();
        source();
        sink();
        not_carried_over();
        return {std::move(toml_), std::move(warnings_)};
    }

private:
    void head() {
        toml_ = "# Made from " + file_ + " by `tsflow import-env`. To run it:\n#\n" +
                "#     tsflow run FILE.toml --env-file " + file_ + "\n#\n" +
                comment(
                    "Secrets are not in here: ${NAME} is filled in from the environment or from "
                    "that file.") +
                "\n[pipeline]\nname = \"massive\"\n" +
                "state_dir = \"var/massive\"  # checkpoints, and the ledger of holes\n\n";
    }

    void source() {
        const bool multi = settings_.flag("USE_MULTI_CONNECTION").value_or(false);
        std::vector<Connection> connections;
        if (multi) {
            max_connections_ = max_connections();
            connections = read_connections(settings_, max_connections_);
        }
        const bool several = std::any_of(connections.begin(), connections.end(),
                                         [](const Connection& one) { return one.enabled; });
        toml_ += "[sources.massive]\ntype = \"massive\"\n";
        endpoint();
        reference();
        if (several) {
            multi_mode(connections);
        } else {
            if (multi) {
                warn(
                    "USE_MULTI_CONNECTION is true, but no connection is enabled; the pipeline "
                    "has one connection.");
            }
            single(multi ? "none of the connections is enabled" : std::string{single_mode});
        }
    }

    long max_connections() {
        constexpr long most = 16;
        constexpr long usual = 3;
        const long wanted = settings_.number("WEBSOCKET_CONNECTIONS_MAX").value_or(usual);
        const long taken = std::clamp(wanted, 1L, most);
        if (taken != wanted) {
            warn("WEBSOCKET_CONNECTIONS_MAX is " + std::to_string(wanted) +
                 "; the pipeline has the nearest that tsflow takes, " + std::to_string(taken) +
                 ".");
        }
        return taken;
    }

    void endpoint() {
        const bool key = settings_.text("MASSIVE_API_KEY").has_value();
        if (settings_.flag("USE_MASSIVE_API").value_or(true)) {
            if (!key) {
                warn("MASSIVE_API_KEY is not set; the feed asks for it.");
            }
            toml_ += "api_key = " + toml_variable("MASSIVE_API_KEY") + "\n";
            return;
        }
        toml_ += comment(
            "USE_MASSIVE_API is false: nothing connects to the vendor. The simulator within plays "
            "a "
            "SYNTHETIC market instead; without the next line the feed is live.");
        toml_ += "url = \"sim:\"\n";
        if (key) {
            toml_ += "api_key = " + toml_variable("MASSIVE_API_KEY") + "\n";
        }
    }

    void reference() {
        const auto url = settings_.text("DATABASE_URL");
        if (!url) {
            return;
        }
        if (url->starts_with("postgres://") || url->starts_with("postgresql://")) {
            toml_ += comment(
                "Universes are read from the tables definition_groups and group_memberships, or "
                "from "
                "cache_entries. Without this line, from those that come with tsflow.");
            toml_ += "reference = " + toml_variable("DATABASE_URL") + "\n";
        } else {
            warn(
                "DATABASE_URL does not begin with postgres:// or postgresql://, so universes are "
                "read from those that come with tsflow. To read them from that database, write its "
                "URL in this form and say reference = \"${DATABASE_URL}\".");
        }
    }

    void single(const std::string& why_not_several) {
        if (const auto universe = settings_.text("SYMBOL_UNIVERSE_KEY")) {
            toml_ += "universe = " + toml_string(*universe) + "\n";
        } else {
            toml_ += comment(
                "SYMBOL_UNIVERSE_KEY is not set, so the default tickers are subscribed. To choose "
                "them, say universe = \"nasdaq100\" or symbols = [\"AAPL\", \"MSFT\"].");
        }
        for (const auto& [name, value] : settings_.variables()) {
            if (name.starts_with("WEBSOCKET_CONNECTION_") || name == "WEBSOCKET_CONNECTIONS_MAX" ||
                name == "WEBSOCKET_ROUTING_STRATEGY") {
                settings_.ignore(name, why_not_several);
            }
        }
        toml_ += "\n";
    }

    void multi_mode(const std::vector<Connection>& connections) {
        toml_ += "max_connections = " + std::to_string(max_connections_) + "\n";
        toml_ += "routing = " + toml_string(routing()) + "\n\n";
        for (const Connection& connection : connections) {
            toml_ += to_toml(connection) + "\n";
        }
        settings_.ignore(
            "SYMBOL_UNIVERSE_KEY",
            "each connection has its own universe, while the replaced system subscribed "
            "this one too, on its first connection. To have it still, add it there as a "
            "union: universe = \"FIRST:SECOND\"");
    }

    std::string routing() {
        const auto strategy = settings_.text("WEBSOCKET_ROUTING_STRATEGY");
        std::string word = lower(strategy.value_or("manual"));
        for (const char* known : {"manual", "balanced", "priority"}) {
            if (word == known) {
                return word;
            }
        }
        warn(
            "WEBSOCKET_ROUTING_STRATEGY is " + toml_string(*strategy) +
            ", which tsflow does not have; the pipeline has manual, where each connection delivers "
            "its own tickers. Others are balanced and priority.");
        return "manual";
    }

    void sink() {
        if (settings_.text("DATABASE_URL")) {
            toml_ += comment(
                "This version has no sink for the database of DATABASE_URL; the bars go into a "
                "SQLite "
                "file, into a table of the same name. Their timestamp is the START of the minute; "
                "the replaced system stored its end.");
        } else {
            toml_ += comment(
                "The bars, by symbol and START of the minute; the replaced system stored its end.");
        }
        toml_ +=
            "[sinks.bars]\ntype = \"sqlite\"\ninputs = [\"massive.minute\"]\n"
            "path = \"var/massive/bars.sqlite\"\ntable = \"ohlcv_1min\"\n";
    }

    void not_carried_over() {
        const char* own_waits =
            "tsflow waits between attempts by itself: a random time below a bound that doubles, "
            "and "
            "a minute after the vendor refused another connection";
        settings_.ignore("MASSIVE_WEBSOCKET_RECONNECT_DELAY", own_waits);
        settings_.ignore("MASSIVE_WEBSOCKET_MAX_RECONNECT_DELAY", own_waits);
        settings_.ignore("MASSIVE_WEBSOCKET_MAX_RETRIES",
                         "tsflow reconnects for as long as the pipeline runs");
        std::vector<std::pair<std::string, std::string>> names_by_reason;
        for (const Settings::Ignored& ignored : settings_.ignored()) {
            const bool of_the_feed = ignored.name.starts_with("MASSIVE_WEBSOCKET_") ||
                                     ignored.name.starts_with("WEBSOCKET_");
            const std::string why = !ignored.why.empty() ? ignored.why
                                    : of_the_feed        ? "tsflow's feed has no such setting"
                                                         : "no setting of the feed";
            const auto same = std::find_if(names_by_reason.begin(), names_by_reason.end(),
                                           [&](const auto& entry) { return entry.second == why; });
            if (same == names_by_reason.end()) {
                names_by_reason.emplace_back(ignored.name, why);
            } else {
                same->first += ", " + ignored.name;
            }
        }
        if (!names_by_reason.empty()) {
            toml_ += "\n# Not carried over from " + file_ + ":\n";
        }
        for (const auto& [names, why] : names_by_reason) {
            constexpr std::size_t indent = 4;
            toml_ += "#\n" + comment("  " + names + ":", indent - 2) +
                     comment(std::string(indent - 1, ' ') + " " + why + ".", indent);
        }
    }

    void warn(const std::string& text) {
        warnings_.push_back(text);
        toml_ += comment(text);
    }

    std::string file_;
    Settings settings_;
    std::string toml_;
    long max_connections_ = 0;
    std::vector<std::string> warnings_;
};

}  // namespace

Converted convert(const std::string& file,
                  std::vector<std::pair<std::string, std::string>> variables) {
    return Conversion(file, std::move(variables)).run();
}

}  // namespace tsflow::import_env
