#include "http.hpp"
#include "net/listen.hpp"

namespace tsflow {

namespace {

constexpr std::size_t shortest_token = 16;

void check_access(const Http::Config& config, OptionProblems& problems) {
    const auto listen = http::parse_listen(config.listen);
    if (!listen) {
        problems.push_back({"listen",
                            "expected ADDRESS:PORT with a numeric address or localhost, such as "
                            "127.0.0.1:8080, 0.0.0.0:8080 or [::1]:8080"});
        return;
    }
    if (!listen->loopback && config.token.empty()) {
        problems.push_back(
            {"listen", "'" + config.listen +
                           "' can be reached from other machines, which needs a `token`; without "
                           "one, listen on 127.0.0.1"});
    }
    if (!config.token.empty() && config.token.reveal().size() < shortest_token) {
        problems.push_back({"token", "a token must have at least 16 characters"});
    }
}

}  // namespace

void Http::describe(Options<Config>& options) {
    options.optional(
        "listen", &Config::listen,
        "Address and port; port 0 takes a free one, which the log and the file `address` in "
        "the node's state folder tell");
    options.optional("token", &Config::token,
                     "Asked of every request: `Authorization: Bearer …`, or once as /?token=… in a "
                     "browser. Required when other machines can reach the address");
    options.optional("notice", &Config::notice,
                     "Shown in a banner on every page, such as that the data are synthetic");
    options.optional("assets", &Config::assets,
                     "Folder of the dashboard; default: the one that comes with the plugin");
    options.optional(
        "store", &Config::store,
        "Where bars are that memory no longer holds: `sqlite:FILE`, relative to the "
        "working directory, or a server, postgresql://USER:PASSWORD@HOST:PORT/DATABASE; "
        "without it the API knows only what it keeps");
    options.optional(
        "store_table", &Config::store_table,
        "The table there, TABLE or SCHEMA.TABLE, with symbol, timestamp, open, high, low, "
        "close and volume");
    options
        .optional("window", &Config::window,
                  "Rows kept of each series, such as the minute bars of one symbol")
        .range(1, 100'000)
        .in("rows");
    options
        .optional("table_rows", &Config::table_rows,
                  "Rows kept of each table; those that have not changed for longest go first")
        .range(1, 100'000'000)
        .in("rows");
    options.optional("buffer", &Config::buffer,
                     "What may wait for the server's thread; beyond it the pipeline waits");
    options
        .optional("push_interval", &Config::push_interval,
                  "How often changes are sent to clients; each gets the newest of each row")
        .range(10e6, 60e9);
    options
        .optional("stale_after", &Config::stale_after,
                  "The dashboard says that data are stale when nothing has changed for so long")
        .at_least(1e9);
    options
        .optional("clients", &Config::clients, "Connections at one time; further ones are closed")
        .range(1, 100'000);
    options
        .optional("requests_per_second", &Config::requests_per_second,
                  "Of each client address, with two seconds' worth at once; 0: no limit")
        .at_least(0);
    options
        .optional("request_timeout", &Config::request_timeout,
                  "For the whole of a request, for an answer, and between two requests")
        .range(100e6, 3600e9);
    options.check(check_access);
}

}  // namespace tsflow
