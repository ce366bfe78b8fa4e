#include "feed_to_table.hpp"

#include <fstream>

#include <fmt/format.h>

#include "child.hpp"
#include "measure.hpp"
#include "server.hpp"
#include "tsflow/error.hpp"

namespace tsflow::bench {
namespace {

constexpr int events_per_frame = 100;

/// Ready to send `feed_events` different bars to whoever subscribes.
Simulator simulator() {
    return Simulator({"--symbol_count=500", fmt::format("--events_per_frame={}", events_per_frame),
                      fmt::format("--bench_frames={}", feed_events / events_per_frame),
                      fmt::format("--bench_events={}", feed_events)});
}

bool all_there() {
    return query("SELECT count(*) FROM feed").front() == std::to_string(feed_events);
}

/// Runs a client that ends when it has stored all bars.
FeedToTable run_client(const std::vector<std::string>& command) {
    query("TRUNCATE feed");
    Child client(command);
    if (client.wait() != 0) {
        throw Error(command.front() + " failed");
    }
    return {committed_rate(), client.cpu_seconds() * 1e6 / feed_events};
}

}  // namespace

const std::vector<std::string> feed_columns{"symbol", "\"timestamp\"", "open",  "high",
                                            "low",    "close",         "volume"};

void make_feed_table() {
    query("ALTER SYSTEM SET track_commit_timestamp = on");
    restart_server();
    query(
        "CREATE TABLE feed (symbol text, \"timestamp\" timestamptz, open float8 NOT NULL, high "
        "float8 NOT NULL, low float8 NOT NULL, close float8 NOT NULL, volume float8 NOT NULL, "
        "PRIMARY KEY (symbol, \"timestamp\"))");
}

double committed_rate() {
    if (!all_there()) {
        throw Error("the client did not store all bars");
    }
    return std::stod(
        query("SELECT count(*) FILTER (WHERE at > first) / extract(epoch FROM max(at) - min(at)) "
              "FROM (SELECT at, min(at) OVER () AS first FROM (SELECT "
              "pg_xact_commit_timestamp(xmin) AS at FROM feed) AS a) AS b")
            .front());
}

FeedToTable tsflow_feed_to_table(const std::string& pipeline, const std::string& source,
                                 const std::string& sink) {
    const Simulator feed = simulator();
    const std::string file = (scratch() / "feed.toml").string();
    // The second sink ends the run when it has seen all.
    std::ofstream(file) << fmt::format(
        "[pipeline]\nshutdown_timeout = '1m'\n{}\n[sources.feed]\ntype = 'massive'\nurl = "
        "'{}'\napi_key = 'k'\nsymbols = ['*']\nbackfill = false\n{}\n[sinks.bars]\ntype = "
        "'timescale'\ninputs = ['feed.minute']\n{}\nurl = '{}'\ntable = 'feed'\nomit = "
        "['transactions', 'vwap', 'day_volume', 'day_open', 'day_vwap', 'average_size', 'otc', "
        "'received', 'connection']\n[sinks.all]\ntype = 'bench_arrivals'\ninputs = "
        "['feed.minute']\nrows = {}\nfile = '{}'\n",
        pipeline, feed.url, source, sink, server_url(), feed_events, (scratch() / "all").string());
    return run_client({TSFLOW_PROGRAM, "run", file, "--no-progress", "--log-level", "error",
                       "--plugin-dir", TSFLOW_BENCH_PLUGINS, "--plugin-dir", TSFLOW_PLUGINS});
}

FeedToTable python_feed_to_table() {
    const Simulator feed = simulator();
    return run_client({"/usr/bin/python3", TSFLOW_BENCH_PEER, feed.url, server_url(),
                       std::to_string(feed_events)});
}

}  // namespace tsflow::bench
