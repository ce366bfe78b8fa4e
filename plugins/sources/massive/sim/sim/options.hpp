#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tsflow::massive_sim {

/// What a simulator plays and how it behaves. Each member is an option of the same name, of the
/// command line (`--speed 60`) and of an URL's query (`speed=60&symbols=AAPL,MSFT`); what each means
/// is told once, by `help()`.
struct SimulatorOptions {
    // Where it listens.
    std::string host = "127.0.0.1";
    std::int64_t port = 0;
    std::string cert;
    std::string key;

    // What is played.
    std::string data;
    std::string from;
    std::string to;
    std::vector<std::string> symbols;
    bool synthetic = false;
    std::int64_t symbol_count = 0;
    std::int64_t seed = 1;
    std::string start;
    std::int64_t minutes = 0;
    std::int64_t history_minutes = 0;
    std::string session = "all_day";
    double missing_percent = 0;
    double fractional_percent = 10;
    double late_percent = 0;
    double corrections_percent = 0;
    std::int64_t trades_per_second = 1000;
    std::int64_t quotes_per_second = 1000;
    std::vector<std::string> splits;

    // How it is played.
    double speed = 1;
    std::int64_t start_when_clients = 1;
    std::int64_t start_when_subscriptions = 0;
    bool skip_gaps = true;
    bool pause_on_drop = false;
    std::string rest_serves = "played";

    // The feed's manners.
    std::vector<std::string> api_keys;
    std::vector<std::string> deny;
    std::int64_t limit = 0;
    std::string evict = "older";
    std::int64_t evict_code = 1008;
    std::string evict_message = "Maximum number of websocket connections exceeded. ";
    double slot_linger_seconds = 0;
    double auth_timeout_seconds = 30;
    double ping_seconds = 0;
    std::int64_t acks_per_frame = 0;
    std::int64_t events_per_frame = 100;
    std::int64_t buffer_bytes = 256 << 20;
    std::int64_t overflow_code = 0;
    std::int64_t socket_bytes = 0;
    std::int64_t rest_per_minute = 0;

    // What goes wrong, and when.
    std::vector<std::string> faults;

    // Benchmarks.
    std::int64_t bench_frames = 0;
    std::int64_t bench_events = 0;

    /// From `name=value&name=value`, percent-encoded where needed; a leading `?` is skipped. Throws
    /// ConfigError, whose message names the key.
    static SimulatorOptions parse(std::string_view query);
    /// Sets one option from its text. Throws ConfigError, whose message names the key.
    void set(std::string_view name, std::string_view value);
    /// Throws ConfigError when options contradict each other.
    void check() const;

    /// Whether there is an option of that name that is true or false, and may go without a value on
    /// a command line.
    static bool is_switch(std::string_view name);
    /// All options with their values, defaults and meanings, a paragraph each.
    static std::string help();
};

}  // namespace tsflow::massive_sim
