#include "config/host_options.hpp"

#include <chrono>

namespace tsflow {
namespace {

using namespace std::chrono_literals;

/// Room for a few letters at least.
constexpr double least_letters = 64.0 * 1024;

double ns(Duration duration) {
    return static_cast<double>(duration.count());
}

Options<PipelineKeys> declare_pipeline() {
    Options<PipelineKeys> o;
    o.optional("name", &PipelineKeys::name,
               "Name in logs and metrics; without it, the file's name");
    o.optional("state_dir", &PipelineKeys::state_dir,
               "Folder of checkpoints and dead letters; without it nothing is kept over a restart")
        .such_as("var/state");
    o.optional("checkpoint_interval", &PipelineKeys::checkpoint_interval,
               "Time between two checkpoints")
        .range(ns(10ms), ns(1h));
    o.optional("shutdown_timeout", &PipelineKeys::shutdown_timeout,
               "How long a stop may take until the pipeline gives up")
        .range(ns(1ms), ns(24h));
    o.optional("idle_timeout", &PipelineKeys::idle_timeout,
               "After how long a silent source no longer holds back the watermark")
        .range(ns(1ms), ns(24h));
    return o;
}

Options<DeadLetterKeys> declare_dead_letters() {
    Options<DeadLetterKeys> o;
    o.optional(
         "max_bytes", &DeadLetterKeys::max_bytes,
         "Most bytes that the dead letters of one node may take; without it there is no limit")
        .at_least(least_letters);
    o.optional("when_full", &DeadLetterKeys::when_full,
               "What a letter does that finds no room: fail the node, so that nothing is lost, or "
               "push out the oldest letters, which is told and counted")
        .one_of({"stop", "drop_oldest"});
    return o;
}

/// Short tokens can be guessed.
constexpr std::size_t shortest_token = 16;

Options<ControlKeys> declare_control() {
    Options<ControlKeys> o;
    o.optional(
         "listen", &ControlKeys::listen,
         "Address and port of metrics and status; port 0 takes a free one, which the log tells")
        .such_as("127.0.0.1:9180");
    o.optional(
        "token", &ControlKeys::token,
        "Asked of every request as `Authorization: Bearer …`; required when other machines can "
        "reach the address");
    o.check([](const ControlKeys& keys, OptionProblems& problems) {
        const auto listen = parse_listen_address(keys.listen);
        if (!listen) {
            problems.push_back(
                {"listen",
                 "expected ADDRESS:PORT with a numeric address or localhost, such as "
                 "127.0.0.1:9180, 0.0.0.0:9180 or [::1]:9180; found \"" +
                     keys.listen + "\""});
        } else if (!listen->loopback && keys.token.empty()) {
            problems.push_back({"listen", "'" + keys.listen +
                                              "' can be reached from other machines, which needs a "
                                              "'token'; without one, listen on 127.0.0.1"});
        }
        if (!keys.token.empty() && keys.token.reveal().size() < shortest_token) {
            problems.push_back({"token", "a token must have at least 16 characters"});
        }
    });
    return o;
}

Options<QueueKeys> declare_queue() {
    Options<QueueKeys> o;
    o.optional("batches", &QueueKeys::batches, "Most batches that wait").range(1, 1'000'000);
    o.optional("bytes", &QueueKeys::bytes, "Most bytes that wait; one batch always fits")
        .at_least(1);
    o.optional("when_full", &QueueKeys::when_full, "What happens to a batch that finds it full")
        .one_of({"block", "drop_oldest", "drop_newest", "conflate", "spill"});
    o.optional("spill_bytes", &QueueKeys::spill_bytes,
               "Most bytes on disk with \"spill\"; beyond it, the producer waits")
        .at_least(1024.0 * 1024.0);
    return o;
}

Options<RetryKeys> declare_retry() {
    Options<RetryKeys> o;
    o.optional("attempts", &RetryKeys::attempts,
               "Attempts until the node has failed; 0: as many as it takes")
        .range(0, 1'000'000);
    o.optional("initial", &RetryKeys::initial, "Upper bound of the first wait; each doubles it")
        .range(ns(1ms), ns(1h));
    o.optional("max", &RetryKeys::max, "Upper bound of all waits").range(ns(1ms), ns(24h));
    o.check([](const RetryKeys& keys, OptionProblems& problems) {
        if (keys.initial > keys.max) {
            problems.push_back(
                {"initial", "must not be longer than 'max', " + format_duration(keys.max)});
        }
    });
    return o;
}

Options<JournalKeys> declare_journal() {
    constexpr double mebibyte = 1024.0 * 1024.0;
    Options<JournalKeys> o;
    o.optional("max_bytes", &JournalKeys::max_bytes, "Most bytes of what is still needed")
        .at_least(mebibyte);
    o.optional("max_age", &JournalKeys::max_age, "Highest age of what is still needed")
        .range(ns(1s), ns(8760h));
    o.optional("keep", &JournalKeys::keep,
               "How long rows stay that all sinks have stored, for tsflow explain; in half of "
               "max_bytes at most")
        .range(0, ns(8760h));
    o.optional("when_full", &JournalKeys::when_full,
               "What happens at a limit: the source waits, or the oldest rows are dropped")
        .one_of({"block", "drop_oldest"});
    o.optional("fsync", &JournalKeys::fsync,
               "When rows reach the disk itself: 'always', before anything else sees them; "
               "'interval', every 100ms; or a duration");
    o.optional("compression", &JournalKeys::compression, "How rows are compressed")
        .one_of({"none", "zstd"});
    o.check([](const JournalKeys& keys, OptionProblems& problems) {
        if (!fsync_interval(keys.fsync)) {
            problems.push_back({"fsync",
                                "must be 'always', 'interval' or a duration from 1ms to 1h, such "
                                "as \"1s\"; found \"" +
                                    keys.fsync + "\""});
        }
    });
    return o;
}

struct NodeKeys {
    std::string type;
    std::string on_error = "stop";
    bool journal = false;
};

Options<NodeKeys> declare_node() {
    Options<NodeKeys> o;
    o.required("type", &NodeKeys::type, "the node type that a plugin provides").such_as("csv");
    o.optional("on_error", &NodeKeys::on_error,
               "What the node's failure stops: the pipeline, or only what hangs on the node")
        .one_of({"stop", "isolate"});
    o.optional("journal", &NodeKeys::journal,
               "Whether what the source sends is kept in a log; or a table of the log's settings");
    return o;
}

}  // namespace

const Options<PipelineKeys>& pipeline_options() {
    static const auto options = declare_pipeline();
    return options;
}

const Options<DeadLetterKeys>& dead_letter_options() {
    static const auto options = declare_dead_letters();
    return options;
}

const Options<ControlKeys>& control_options() {
    static const auto options = declare_control();
    return options;
}

const Options<QueueKeys>& queue_options() {
    static const auto options = declare_queue();
    return options;
}

const Options<RetryKeys>& retry_options() {
    static const auto options = declare_retry();
    return options;
}

const Options<JournalKeys>& journal_options() {
    static const auto options = declare_journal();
    return options;
}

std::optional<Duration> fsync_interval(const std::string& fsync) {
    if (fsync == "always") {
        return Duration{0};
    }
    if (fsync == "interval") {
        return JournalSpec{}.fsync;
    }
    const std::optional<Duration> interval = parse_duration(fsync);
    return interval && *interval >= 1ms && *interval <= 1h ? interval : std::nullopt;
}

const std::vector<OptionInfo>& node_options() {
    static const auto options = declare_node().list();
    return options;
}

}  // namespace tsflow
