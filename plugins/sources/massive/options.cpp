// What a pipeline file may say of the feed, and what is wrong with what it says.

#include <algorithm>
#include <set>

#include "feed/loop.hpp"
#include "massive.hpp"
#include "massive/channel.hpp"
#include "sim/options.hpp"
#include "simulated.hpp"
#include "tsflow/error.hpp"
#include "universe/universe.hpp"
#include "wanted.hpp"

namespace tsflow::massive {
namespace {

constexpr std::string_view all_tickers = "*";

void ignored(OptionProblems& problems, std::string option, std::string why) {
    problems.push_back({std::move(option), "ignored, because " + std::move(why), true});
}

bool has_wildcard(const std::vector<std::string>& symbols) {
    return std::find(symbols.begin(), symbols.end(), all_tickers) != symbols.end();
}

void check_symbols(const std::vector<std::string>& symbols, const std::string& option,
                   OptionProblems& problems) {
    for (const std::string& symbol : symbols) {
        if (symbol.empty() || symbol.find_first_of(", \t\"\\") != std::string::npos) {
            problems.push_back({option, "'" + symbol + "' is no ticker", false});
        }
    }
}

void check_addresses(const MassiveConfig& c, OptionProblems& problems) {
    if (is_simulated(c.url)) {
        try {
            simulator_options(c.url);
        } catch (const Error& error) {
            problems.push_back({"url", error.what(), false});
        }
        return;
    }
    try {
        if (Endpoint::parse(c.url).tls && c.api_key.empty()) {
            problems.push_back(
                {"api_key", "missing; the feed at '" + c.url + "' asks for a key", false});
        }
    } catch (const Error& error) {
        problems.push_back({"url", error.what(), false});
    }
    if (c.backfill && c.rest_url.substr(0, 8) != "https://" &&
        c.rest_url.substr(0, 7) != "http://") {
        problems.push_back({"rest_url",
                            "'" + c.rest_url +
                                "' must begin with https:// or http://; or say "
                                "backfill = false",
                            false});
    }
}

void check_single(const MassiveConfig& c, OptionProblems& problems) {
    if (!c.universe.empty() && !c.symbols.empty()) {
        ignored(problems, "symbols", "a universe is given");
    }
    check_symbols(c.symbols, "symbols", problems);
    if (has_wildcard(c.symbols) && c.symbols.size() > 1) {
        problems.push_back(
            {"symbols", "'*' stands for all tickers and must be the only one", false});
    }
    if (c.routing != MassiveConfig{}.routing) {
        ignored(problems, "routing", "there is one connection only; several are [[connections]]");
    }
    if (c.universe.empty() && c.symbols.empty()) {
        problems.push_back({"",
                            "neither a universe nor symbols are given; the default tickers are "
                            "subscribed",
                            true});
    }
}

void check_multi(const MassiveConfig& c, OptionProblems& problems) {
    if (!c.universe.empty()) {
        ignored(problems, "universe", "each of the connections has its own");
    }
    if (!c.symbols.empty()) {
        ignored(problems, "symbols", "each of the connections has its own");
    }
    std::set<std::string> names;
    std::int64_t enabled = 0;
    for (std::size_t i = 0; i < c.connections.size(); ++i) {
        const ConnectionConfig& connection = c.connections[i];
        const std::string table = "connections." + std::to_string(i);
        if (!connection.enabled) {
            continue;
        }
        ++enabled;
        if (!connection.name.empty() && !names.insert(connection.name).second) {
            problems.push_back(
                {table + ".name", "two connections are named '" + connection.name + "'", false});
        }
        if (!connection.universe.empty() && !connection.symbols.empty()) {
            ignored(problems, table + ".symbols", "a universe is given");
        }
        check_symbols(connection.symbols, table + ".symbols", problems);
        if (has_wildcard(connection.symbols)) {
            problems.push_back({table + ".symbols",
                                "'*' cannot be shared between connections; use a single one",
                                false});
        }
        if (connection.universe.empty() && connection.symbols.empty()) {
            problems.push_back({table,
                                "neither a universe nor symbols are given; the default "
                                "tickers are subscribed",
                                true});
        }
    }
    if (enabled == 0) {
        problems.push_back({"connections", "none of them is enabled", false});
    } else if (enabled > c.max_connections) {
        problems.push_back({"connections",
                            std::to_string(enabled) + " are enabled, but " + "max_connections is " +
                                std::to_string(c.max_connections),
                            false});
    }
}

}  // namespace

void Massive::describe(Options<Config>& o) {
    o.optional("url", &Config::url,
               "Address of the feed; `sim:` starts the simulator within, with options as in "
               "`sim:?speed=60&seed=7`");
    o.optional("rest_url", &Config::rest_url,
               "Address of the REST service that holes are filled from");
    o.optional("api_key", &Config::api_key, "Your key, best as \"${MASSIVE_API_KEY}\"");
    o.optional("ca_file", &Config::ca_file,
               "Certificates to trust, PEM; unset: those of the system");
    o.optional("channels", &Config::channels, "What to subscribe, each an output of its own")
        .one_of({"AM", "A", "T", "Q", "LULD", "NOI", "FMV"});
    o.optional("universe", &Config::universe,
               "Tickers by the name of a group, or of several, as in `SPY:nasdaq100`");
    o.optional("symbols", &Config::symbols, "Tickers one by one; `*` for all");
    market::declare_reference(o.optional(
        "reference", &Config::reference,
        "Where the groups are: `postgres://…`, `sqlite:FILE`, `csv:DIR`; empty: those that come "
        "with tsflow"));
    o.optional("environment", &Config::environment, "Which environment's groups");
    o.optional("universe_refresh", &Config::universe_refresh, "How often the groups are read again")
        .at_least(1e9);
    o.tables(
        "connections", &Config::connections, "Several connections that share the tickers",
        [](Options<ConnectionConfig>& c) {
            c.optional("name", &ConnectionConfig::name, "Its name in rows and logs");
            c.optional("universe", &ConnectionConfig::universe, "As above, for this connection");
            c.optional("symbols", &ConnectionConfig::symbols, "As above, for this connection");
            c.optional("enabled", &ConnectionConfig::enabled, "False: as if it were not there");
            c.optional("max_symbols", &ConnectionConfig::max_symbols,
                       "The most tickers that it may deliver; 0: no limit")
                .at_least(0)
                .in("tickers");
        });
    o.optional("max_connections", &Config::max_connections, "How many connections the plan allows")
        .range(1, 16);
    o.optional("routing", &Config::routing,
               "Who delivers which ticker: `manual` each connection its own, `balanced` evenly, "
               "`priority` the first connections as far as they have room")
        .one_of({"manual", "balanced", "priority"});
    o.optional("failover_after", &Config::failover_after,
               "When a connection stays down for so long, its tickers move to the others")
        .at_least(0);
    o.optional("liveness", &Config::liveness,
               "Without a message or an answer to a ping for so long, a connection counts as lost")
        .at_least(1e9);
    o.optional("backfill", &Config::backfill, "Fill the holes of minute and second bars over REST");
    o.optional("requests_per_minute", &Config::requests_per_minute,
               "The most REST requests; 0: no limit")
        .at_least(0);
    o.optional(
         "lateness", &Config::lateness,
         "How long after its window a bar may still be corrected; the watermark stays behind by "
         "as much")
        .at_least(0);
    o.optional(
         "buffer", &Config::buffer,
         "How much may wait when the pipeline is slow; beyond it the connection is dropped and "
         "the hole filled later")
        .at_least(1 << 20);
    o.check([](const Config& c, OptionProblems& problems) {
        check_addresses(c, problems);
        try {
            market::check_reference(c.reference);
        } catch (const Error& error) {
            problems.push_back({"reference", error.what(), false});
        }
        if (c.channels.empty()) {
            problems.push_back({"channels", "none is given", false});
        }
        if (std::set<std::string>(c.channels.begin(), c.channels.end()).size() !=
            c.channels.size()) {
            problems.push_back({"channels", "one is given twice", false});
        }
        if (c.connections.empty()) {
            check_single(c, problems);
        } else {
            check_multi(c, problems);
        }
    });
}

}  // namespace tsflow::massive
