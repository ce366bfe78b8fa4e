#include "sim/options.hpp"

#include <algorithm>
#include <limits>
#include <variant>

#include "splits.hpp"
#include "tsflow/error.hpp"
#include "tsflow/text.hpp"
#include "tsflow/time.hpp"
#include "words.hpp"

namespace tsflow::massive_sim {

namespace {

using O = SimulatorOptions;
using Member = std::variant<std::string O::*, std::vector<std::string> O::*, bool O::*,
                            std::int64_t O::*, double O::*>;

struct Option {
    std::string_view name;
    Member member;
    /// What a text may be, separated by `|`; else how help calls the value.
    std::string_view values;
    std::string_view doc;
    double most = std::numeric_limits<double>::max();
};

constexpr double highest_port = 65535;
constexpr double all_percent = 100;

const std::vector<Option>& all_options() {
    static const std::vector<Option> options{
        {"host", &O::host, "ADDRESS", "Address to listen at; of this machine."},
        {"port", &O::port, "N", "Port of websocket, REST and control; 0: any that is free.",
         highest_port},
        {"cert", &O::cert, "FILE", "Certificate chain, PEM; with 'key' all three speak TLS."},
        {"key", &O::key, "FILE", "The certificate's private key, PEM."},

        {"data", &O::data, "DIR",
         "Plays the minute_aggs_v1 files (.csv.gz, .csv) below this folder."},
        {"from", &O::from, "DATE", "First trading day of the files to play."},
        {"to", &O::to, "DATE", "Last trading day of the files to play."},
        {"symbols", &O::symbols, "A,B,…",
         "Tickers that exist. Without it: all of the files; in a synthetic market every ticker "
         "that "
         "somebody asks for, and AAPL AMZN GOOGL META MSFT NFLX NVDA TSLA from the beginning."},
        {"synthetic", &O::synthetic, "true|false",
         "Plays a made-up market; so it does without 'data'."},
        {"symbol_count", &O::symbol_count, "N",
         "Synthetic: so many made-up tickers (AAAA, AAAB, …) besides 'symbols'.", 400'000},
        {"seed", &O::seed, "N", "Synthetic market, late bars, corrections: another seed, others."},
        {"start", &O::start, "TIME",
         "Where play begins, such as 2026-03-02T14:30:00Z. Without it: the first minute of the "
         "files; in a synthetic market the current minute."},
        {"minutes", &O::minutes, "N",
         "Play ends after so many minutes of the market; 0: with the files, or never."},
        {"history_minutes", &O::history_minutes, "N",
         "Synthetic: REST serves so many minutes from before the start."},
        {"session", &O::session, "all_day|extended|regular",
         "Synthetic: trading at all hours of all days, 04:00-20:00 or 09:30-16:00 of New York."},
        {"missing_percent", &O::missing_percent, "P",
         "Synthetic: so many minutes of a ticker have no trade, and no bar.", all_percent},
        {"fractional_percent", &O::fractional_percent, "P",
         "Synthetic: so many bars have a volume with fractions of a share.", all_percent},
        {"late_percent", &O::late_percent, "P",
         "So many bars come 1 to 15 minutes late; until then REST lacks them as well.",
         all_percent},
        {"corrections_percent", &O::corrections_percent, "P",
         "So many bars come first without their last trades and, up to 15 minutes after their "
         "time, again with final values; REST changes with them.",
         all_percent},
        {"trades_per_second", &O::trades_per_second, "N",
         "Trades a simulated second, over all tickers."},
        {"quotes_per_second", &O::quotes_per_second, "N",
         "Quotes a simulated second, over all tickers."},
        {"splits", &O::splits, "TICKER:DATE:RATIO,…",
         "Splits that REST tells of, as AAPL:2020-08-31:4; prices do not follow them."},

        {"speed", &O::speed, "X",
         "Simulated seconds a second; 0: as fast as the subscribed clients read."},
        {"start_when_clients", &O::start_when_clients, "N",
         "Play begins when so many clients have subscribed; 0: at once."},
        {"start_when_subscriptions", &O::start_when_subscriptions, "N",
         "… and hold so many subscriptions together."},
        {"skip_gaps", &O::skip_gaps, "true|false",
         "Minutes without any bar pass at once (nights, weekends)."},
        {"pause_on_drop", &O::pause_on_drop, "true|false",
         "While fewer clients are subscribed than play began with, the market waits."},
        {"rest_serves", &O::rest_serves, "played|all",
         "REST knows what was played so far, or all of the data in its final values."},

        {"api_keys", &O::api_keys, "A,B,…", "Keys that are good; without it any is."},
        {"deny", &O::deny, "A,B,…", "Channels outside the plan, such as NOI,LULD."},
        {"limit", &O::limit, "N", "Most websocket connections of a key and market; 0: any number."},
        {"evict", &O::evict, "older|newcomer",
         "Who is closed when a newcomer over the limit has subscribed."},
        {"evict_code", &O::evict_code, "CODE",
         "Close code after the status max_connections; 0: the connection ends without a close "
         "frame.",
         4999},
        {"evict_message", &O::evict_message, "TEXT", "Message of the status max_connections."},
        {"slot_linger_seconds", &O::slot_linger_seconds, "S",
         "So long a connection that ended without a close frame counts for 'limit'."},
        {"auth_timeout_seconds", &O::auth_timeout_seconds, "S",
         "So long a client may take to authenticate; 0: for ever."},
        {"ping_seconds", &O::ping_seconds, "S", "The server's own pings; 0: none."},
        {"acks_per_frame", &O::acks_per_frame, "N",
         "Acknowledgements in a frame; 0: all of one message."},
        {"events_per_frame", &O::events_per_frame, "N", "Most events in a frame.", 100'000},
        {"buffer_bytes", &O::buffer_bytes, "N",
         "What may wait for a slow client before it is disconnected; 0: any amount."},
        {"overflow_code", &O::overflow_code, "CODE",
         "Close code for a client that is too slow; 0: the connection ends without a close frame.",
         4999},
        {"socket_bytes", &O::socket_bytes, "N",
         "The operating system's send buffer of each connection; 0: its own choice.", 1 << 30},
        {"rest_per_minute", &O::rest_per_minute, "N",
         "REST requests a key may make in a minute before it gets 429; 0: any number."},

        {"faults", &O::faults, "FAULT@N;…,…",
         "Faults after so many minutes of play, such as "
         "'drop@30;client=1;code=1011,stall@60;seconds=5'; the names and parameters of the control "
         "endpoint."},

        {"bench_frames", &O::bench_frames, "N",
         "Benchmark: whoever subscribes is sent the same N frames of what it subscribes to in a "
         "loop, as fast as it reads. Nothing is played.",
         1'000'000},
        {"bench_events", &O::bench_events, "N",
         "Benchmark: at least so many events, then a close frame; 0: no end."},
    };
    return options;
}

const Option* find_option(std::string_view name) {
    const auto& options = all_options();
    const auto found = std::ranges::find(options, name, &Option::name);
    return found == options.end() ? nullptr : &*found;
}

[[noreturn]] void refuse(const Option& option, std::string_view value, std::string_view expected) {
    throw ConfigError(std::string{option.name},
                      "The simulator's option '" + std::string{option.name} + "' is '" +
                          std::string{value} + "'; expected " + std::string{expected} + ".");
}

template <class Number>
Number read_number(const Option& option, std::string_view text) {
    const auto value = number<Number>(text);
    if (!value || !(*value >= 0) || static_cast<double>(*value) > option.most) {
        std::string expected = std::is_integral_v<Number> ? "a whole number" : "a number";
        if (option.most < std::numeric_limits<double>::max()) {
            expected += " from 0 to " + std::to_string(static_cast<std::int64_t>(option.most));
        } else {
            expected += " that is not negative";
        }
        refuse(option, text, expected);
    }
    return *value;
}

struct Assign {
    O& options;
    const Option& option;
    std::string_view text;

    void operator()(std::string O::*member) const {
        const auto choices = split(option.values, '|');
        if (choices.size() > 1 && std::ranges::find(choices, text) == choices.end()) {
            refuse(option, text, option.values);
        }
        options.*member = text;
    }
    void operator()(std::vector<std::string> O::*member) const {
        (options.*member).clear();
        for (const std::string_view part : split(text, ',')) {
            (options.*member).emplace_back(part);
        }
    }
    void operator()(bool O::*member) const {
        if (text != "true" && text != "false") {
            refuse(option, text, "true or false");
        }
        options.*member = text == "true";
    }
    void operator()(std::int64_t O::*member) const {
        options.*member = read_number<std::int64_t>(option, text);
    }
    void operator()(double O::*member) const {
        options.*member = read_number<double>(option, text);
    }
};

std::string text_of(const O& options, const Member& member) {
    struct Text {
        const O& options;
        std::string operator()(std::string O::*text) const { return options.*text; }
        std::string operator()(std::vector<std::string> O::*) const { return ""; }
        std::string operator()(bool O::*flag) const { return options.*flag ? "true" : "false"; }
        std::string operator()(std::int64_t O::*value) const {
            return std::to_string(options.*value);
        }
        std::string operator()(double O::*value) const {
            std::string text;
            append_real(text, options.*value);
            return text;
        }
    };
    return std::visit(Text{options}, member);
}

void check_date(const std::string& option, const std::string& text) {
    if (!text.empty() && !parse_date(text)) {
        refuse(*find_option(option), text, "a date such as 2016-04-15");
    }
}

}  // namespace

SimulatorOptions SimulatorOptions::parse(std::string_view query) {
    if (query.starts_with('?')) {
        query.remove_prefix(1);
    }
    SimulatorOptions options;
    for (const auto& [name, value] : parse_parameters(query)) {
        const bool bare = value.empty() && is_switch(name);
        options.set(name, bare ? "true" : std::string_view{value});
    }
    options.check();
    return options;
}

void SimulatorOptions::set(std::string_view name, std::string_view value) {
    const Option* option = find_option(name);
    if (option == nullptr) {
        std::vector<std::string> names;
        for (const Option& known : all_options()) {
            names.emplace_back(known.name);
        }
        const std::string near = nearest(name, names);
        throw ConfigError(std::string{name},
                          "The simulator has no option '" + std::string{name} + "'" +
                              (near.empty() ? "" : "; did you mean '" + near + "'?") +
                              (near.empty() ? "; massive-sim --help lists them." : ""));
    }
    std::visit(Assign{*this, *option, value}, option->member);
}

void SimulatorOptions::check() const {
    check_date("from", from);
    check_date("to", to);
    read_splits(splits);
    if (!start.empty() && !parse_timestamp(start)) {
        refuse(*find_option("start"), start, "a time such as 2026-03-02T14:30:00Z");
    }
    if (synthetic && !data.empty()) {
        throw ConfigError("data",
                          "The simulator's options 'data' and 'synthetic' exclude each other; "
                          "leave one of them out.");
    }
    if (cert.empty() != key.empty()) {
        throw ConfigError(cert.empty() ? "cert" : "key",
                          "TLS needs the simulator's options 'cert' and 'key', both of them.");
    }
    if (events_per_frame == 0) {
        refuse(*find_option("events_per_frame"), "0", "at least 1");
    }
}

bool SimulatorOptions::is_switch(std::string_view name) {
    const Option* option = find_option(name);
    return option != nullptr && std::holds_alternative<bool O::*>(option->member);
}

std::string SimulatorOptions::help() {
    constexpr std::size_t width = 96;
    constexpr std::string_view indent = "      ";
    const SimulatorOptions defaults;
    std::string help;
    for (const Option& option : all_options()) {
        help += "  --" + std::string{option.name} + " " + std::string{option.values};
        if (const std::string value = text_of(defaults, option.member); !value.empty()) {
            help += "  [" + value + "]";
        }
        std::size_t column = width;
        for (const std::string_view word : split(option.doc, ' ')) {
            if (column + word.size() >= width) {
                help += '\n';
                help += indent;
                column = indent.size();
            } else {
                help += ' ';
                ++column;
            }
            help += word;
            column += word.size();
        }
        help += '\n';
    }
    return help;
}

}  // namespace tsflow::massive_sim
