#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tsflow/options.hpp"
#include "universe/universe.hpp"

namespace tsflow::market {

/// The options that all analytics share; the base of a node's Config.
struct SessionConfig {
    std::vector<std::string> universes;
    std::vector<std::string> symbols;
    std::string reference;
    std::string environment = "DEFAULT";
    std::filesystem::path splits;
    std::filesystem::path calendar;
    bool include_closing_bar = false;
    std::int64_t daily_corrections = 20;
    Duration publish_every = std::chrono::milliseconds{500};
    Duration settle_after = std::chrono::seconds{2};
};

/// Adds what is wrong with them.
void check_session(const SessionConfig& config, OptionProblems& problems);

/// Declares them for a Config that derives from SessionConfig.
template <class Config>
void describe_session(Options<Config>& o) {
    const auto of = []<class T>(T SessionConfig::*member) {
        return static_cast<T Config::*>(member);
    };
    o.optional(
        "universes", of(&SessionConfig::universes),
        "Whose state is told, each in rows of its own: names of groups, or of several, as in "
        "`SPY:nasdaq100`; with neither these nor symbols one universe `all` of every symbol that "
        "comes");
    o.optional("symbols", of(&SessionConfig::symbols),
               "Symbols one by one, as one more universe `symbols`");
    declare_reference(o.optional(
        "reference", of(&SessionConfig::reference),
        "Where the groups are: `postgres://…`, `sqlite:FILE`, `csv:DIR`; empty: those that come "
        "with tsflow"));
    o.optional("environment", of(&SessionConfig::environment), "Which environment's groups");
    o.optional("splits", of(&SessionConfig::splits),
               "CSV file of splits, `ticker,ex_date,kind,value` with the new shares for an old "
               "one; all that "
               "is known of a symbol is put into the new terms before the first bar of the "
               "ex-date. `tsflow splits` makes such a file, and SIGHUP has it read again before "
               "the next session. Unset: prices come adjusted");
    o.optional("calendar", of(&SessionConfig::calendar),
               "File with closures and hours that are newer than this version");
    o.optional("include_closing_bar", of(&SessionConfig::include_closing_bar),
               "Count the minute that starts at the close, which holds the closing auction");
    o.optional(
         "daily_corrections", of(&SessionConfig::daily_corrections),
         "Without minute bars: at least how many sessions back a daily bar that comes late, or "
         "again and different, is taken in; the sessions since are played again, and their "
         "rows go out anew. Older ones are counted as `bars_too_late`. Twice the state of a "
         "symbol is kept for it; 0: nothing")
        .range(0, 1000)
        .in("sessions");
    o.optional("publish_every", of(&SessionConfig::publish_every),
               "How often what changed goes out, by the clock; `0s`: only whole minutes, when the "
               "watermark "
               "has passed them, so that every replay gives the same rows");
    o.optional("settle_after", of(&SessionConfig::settle_after),
               "How long after its end a minute counts as SETTLED");
    o.check(
        [](const Config& config, OptionProblems& problems) { check_session(config, problems); });
}

}  // namespace tsflow::market
