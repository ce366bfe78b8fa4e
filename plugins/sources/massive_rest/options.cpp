// What a pipeline file may say of the source.

#include <algorithm>

#include "massive_rest.hpp"
#include "tsflow/error.hpp"
#include "universe/universe.hpp"

namespace tsflow::massive_rest {

void MassiveRest::describe(Options<Config>& o) {
    o.optional("url", &Config::url, "Address of the REST service");
    o.required("api_key", &Config::api_key, "Your key, best as \"${MASSIVE_API_KEY}\"")
        .such_as("${MASSIVE_API_KEY}");
    o.optional("ca_file", &Config::ca_file,
               "Certificates to trust, PEM; unset: those of the system");
    o.optional("universe", &Config::universe,
               "Tickers by the name of a group, or of several, as in `SPY:nasdaq100`");
    o.optional("symbols", &Config::symbols, "Tickers one by one");
    market::declare_reference(o.optional(
        "reference", &Config::reference,
        "Where the groups are: `postgres://…`, `sqlite:FILE`, `csv:DIR`; empty: those that come "
        "with tsflow"));
    o.optional("environment", &Config::environment, "Which environment's groups");
    o.required("from", &Config::from, "First day, of UTC")
        .such_as(OptionValue{std::int64_t{19'783}});
    o.required("to", &Config::to, "Last day").such_as(OptionValue{std::int64_t{19'813}});
    o.optional("span", &Config::span, "Length of a bar").one_of({"minute", "second", "day"});
    o.optional("requests_per_minute", &Config::requests_per_minute,
               "The most requests; 0: no limit")
        .at_least(0);
    o.check([](const Config& c, OptionProblems& problems) {
        if (c.url.substr(0, 8) != "https://" && c.url.substr(0, 7) != "http://") {
            problems.push_back(
                {"url", "'" + c.url + "' must begin with https:// or http://", false});
        }
        if (c.to < c.from) {
            problems.push_back(
                {"to", format_date(c.to) + " is before `from`, " + format_date(c.from), false});
        }
        if (c.universe.empty() && c.symbols.empty()) {
            problems.push_back({"",
                                "neither a universe nor symbols are given; the default tickers are "
                                "loaded",
                                true});
        } else if (!c.universe.empty() && !c.symbols.empty()) {
            problems.push_back({"symbols", "ignored, because a universe is given", true});
        }
        try {
            market::check_reference(c.reference);
        } catch (const Error& error) {
            problems.push_back({"reference", error.what(), false});
        }
    });
}

}  // namespace tsflow::massive_rest
