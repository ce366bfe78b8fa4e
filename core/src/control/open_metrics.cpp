#include "control/open_metrics.hpp"

#include <functional>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "control/process.hpp"
#include "runtime/figures.hpp"

namespace tsflow::control {
namespace {

double unix_seconds(Timestamp time) {
    return seconds(time.time_since_epoch());
}

/// The value of a label, escaped as both formats ask.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\' || c == '"') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else {
            out += c;
        }
    }
    return out;
}

std::string labels_of(const NodeMetrics& node) {
    return fmt::format(R"(node="{}",type="{}",kind="{}")", escaped(node.path), escaped(node.type),
                       to_string(node.kind));
}
std::string labels_of(const EdgeMetrics& edge) {
    return fmt::format(R"(from="{}",to="{}")", escaped(edge.from), escaped(edge.to));
}

class Writer {
public:
    explicit Writer(Exposition form) : open_(form == Exposition::open_metrics) {}

    void gauge(std::string_view name, std::string_view help) { head(name, name, "gauge", help); }
    /// `name` ends with `_total`, which in OpenMetrics is no part of the family's name.
    void counter(std::string_view name, std::string_view help) {
        constexpr std::string_view total = "_total";
        head(name, name.substr(0, name.size() - total.size()), "counter", help);
    }
    void histogram(std::string_view name, std::string_view help) {
        head(name, name, "histogram", help);
    }

    template <class Value>
    void sample(const std::string& labels, Value value, std::string_view suffix = "") {
        text_ += labels.empty() ? fmt::format("{}{} {}\n", name_, suffix, value)
                                : fmt::format("{}{}{{{}}} {}\n", name_, suffix, labels, value);
    }
    void buckets(const std::string& labels, const LatencyHistogram& histogram) {
        constexpr std::size_t first = 10;  // 2^10 ns, about a microsecond
        constexpr std::size_t last = 36;   // 2^37 ns, about two minutes
        std::uint64_t below = 0;
        for (std::size_t i = 0; i <= last; ++i) {
            below += histogram.buckets[i];
            if (i + 1 >= first) {
                sample(fmt::format("{},le=\"{}\"", labels,
                                   static_cast<double>(std::uint64_t{2} << i) / 1e9),
                       below, "_bucket");
            }
        }
        sample(labels + ",le=\"+Inf\"", histogram.count, "_bucket");
        sample(labels, seconds(histogram.total), "_sum");
        sample(labels, histogram.count, "_count");
    }
    std::string finish() { return open_ ? text_ + "# EOF\n" : text_; }

private:
    void head(std::string_view name, std::string_view family, std::string_view type,
              std::string_view help) {
        name_ = name;
        const std::string_view shown = open_ ? family : name;
        text_ += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", shown, help, type);
    }

    bool open_;
    std::string name_;
    std::string text_;
};

/// One family with a sample for each node that has one.
struct NodeFamily {
    std::string_view name;
    std::string_view help;
    std::function<std::optional<double>(const NodeMetrics&)> value;
};

template <auto member>
std::optional<double> plain(const NodeMetrics& node) {
    return static_cast<double>(node.*member);
}

void write_nodes(Writer& out, const PipelineMetrics& metrics, Timestamp now) {
    const double elapsed = seconds(metrics.elapsed);
    const std::vector<NodeFamily> counters{
        {"tsflow_node_rows_in_total", "Rows taken", plain<&NodeMetrics::rows_in>},
        {"tsflow_node_rows_out_total", "Rows emitted", plain<&NodeMetrics::rows_out>},
        {"tsflow_node_batches_in_total", "Batches taken", plain<&NodeMetrics::batches_in>},
        {"tsflow_node_batches_out_total", "Batches emitted", plain<&NodeMetrics::batches_out>},
        {"tsflow_node_bytes_in_total", "Bytes taken", plain<&NodeMetrics::bytes_in>},
        {"tsflow_node_bytes_out_total", "Bytes emitted", plain<&NodeMetrics::bytes_out>},
        {"tsflow_node_retries_total", "Calls tried again", plain<&NodeMetrics::retries>},
        {"tsflow_node_dead_letters_total", "Records put aside in this run",
         plain<&NodeMetrics::dead_letters>},
        {"tsflow_node_busy_seconds_total", "Time inside the node's own calls",
         [&](const NodeMetrics& node) { return node.busy * elapsed; }}};
    const std::vector<NodeFamily> gauges{
        {"tsflow_node_dead_letters_waiting", "Records put aside and still kept, of all runs",
         plain<&NodeMetrics::letters_waiting>},
        {"tsflow_node_failed", "1 when the node has failed",
         [](const NodeMetrics& node) { return node.failed ? 1.0 : 0.0; }},
        {"tsflow_node_watermark_timestamp_seconds", "No earlier event time will follow",
         [](const NodeMetrics& node) {
             return node.watermark ? std::optional{unix_seconds(*node.watermark)} : std::nullopt;
         }},
        {"tsflow_node_watermark_lag_seconds", "How far the watermark is behind the clock",
         [&](const NodeMetrics& node) {
             return node.watermark ? std::optional{seconds(now - *node.watermark)} : std::nullopt;
         }},
        {"tsflow_source_progress_ratio", "How much of a source of known size is done",
         [](const NodeMetrics& node) -> std::optional<double> {
             if (!node.progress) {
                 return std::nullopt;
             }
             return static_cast<double>(node.progress->done) /
                    static_cast<double>(node.progress->total);
         }}};
    const auto write = [&](const NodeFamily& family) {
        for (const NodeMetrics& node : metrics.nodes) {
            if (const auto value = family.value(node)) {
                out.sample(labels_of(node), *value);
            }
        }
    };
    for (const NodeFamily& family : counters) {
        out.counter(family.name, family.help);
        write(family);
    }
    for (const NodeFamily& family : gauges) {
        out.gauge(family.name, family.help);
        write(family);
    }
}

void write_histograms(Writer& out, const PipelineMetrics& metrics) {
    out.histogram("tsflow_latency_seconds",
                  "From a source's emit of a batch until the stage that the node begins is done");
    for (const NodeMetrics& node : metrics.nodes) {
        if (node.latency.count > 0) {
            out.buckets(labels_of(node), node.latency);
        }
    }
    out.histogram("tsflow_commit_latency_seconds",
                  "From a source's emit of the oldest batch of a commit to its end");
    for (const NodeMetrics& node : metrics.nodes) {
        if (node.commit.count > 0) {
            out.buckets(labels_of(node), node.commit);
        }
    }
}

void write_own_figures(Writer& out, const PipelineMetrics& metrics) {
    out.counter("tsflow_node_events_total", "Counters of the node type, by name");
    for (const NodeMetrics& node : metrics.nodes) {
        for (const auto& [name, value] : node.counters) {
            out.sample(fmt::format("{},name=\"{}\"", labels_of(node), escaped(name)), value);
        }
    }
    out.gauge("tsflow_node_value", "Gauges of the node type, by name");
    for (const NodeMetrics& node : metrics.nodes) {
        for (const auto& [name, value] : node.gauges) {
            out.sample(fmt::format("{},name=\"{}\"", labels_of(node), escaped(name)), value);
        }
    }
}

void write_edges(Writer& out, const PipelineMetrics& metrics) {
    const auto each = [&](auto&& value) {
        for (const EdgeMetrics& edge : metrics.edges) {
            out.sample(labels_of(edge), value(edge));
        }
    };
    out.gauge("tsflow_queue_depth_batches", "Batches that wait");
    each([](const EdgeMetrics& edge) { return edge.depth; });
    out.gauge("tsflow_queue_capacity_batches", "Most batches that wait");
    each([](const EdgeMetrics& edge) { return edge.capacity; });
    out.gauge("tsflow_queue_bytes", "Bytes that wait in memory");
    each([](const EdgeMetrics& edge) { return edge.bytes; });
    out.gauge("tsflow_queue_disk_bytes", "Bytes that wait on disk");
    each([](const EdgeMetrics& edge) { return edge.disk_bytes; });
    out.counter("tsflow_queue_rows_total", "Rows that went in");
    each([](const EdgeMetrics& edge) { return edge.rows; });
    out.counter("tsflow_queue_dropped_rows_total", "Rows dropped or merged because it was full");
    each([](const EdgeMetrics& edge) { return edge.dropped_rows; });
    out.counter("tsflow_queue_spilled_rows_total", "Rows that went over the disk");
    each([](const EdgeMetrics& edge) { return edge.spilled_rows; });
    out.counter("tsflow_queue_blocked_seconds_total", "Time that its producer waited for room");
    each([&](const EdgeMetrics& edge) { return edge.blocked * seconds(metrics.elapsed); });
}

void write_process(Writer& out) {
    const ProcessFigures process = process_figures();
    out.counter("process_cpu_seconds_total", "User and system time of the process");
    out.sample("", process.cpu_seconds);
    out.gauge("process_resident_memory_bytes", "Memory in use");
    out.sample("", process.resident_bytes);
    out.gauge("process_open_fds", "Open file descriptors");
    out.sample("", process.open_files);
}

}  // namespace

std::string expose(const PipelineMetrics& metrics, const ScrapeFacts& facts, Exposition form) {
    Writer out(form);
    out.gauge("tsflow_pipeline_info", "1; what is running, by label");
    out.sample(
        fmt::format(R"(pipeline="{}",version="{}",fingerprint="{}")", escaped(facts.pipeline),
                    escaped(facts.version), escaped(facts.fingerprint)),
        1);
    out.gauge("tsflow_up", "1 from the start of all nodes to the end of the run");
    out.sample("", facts.up ? 1 : 0);
    out.gauge("tsflow_uptime_seconds", "Since the start of all nodes");
    out.sample("", seconds(metrics.elapsed));
    out.counter("tsflow_checkpoints_total", "Checkpoints stored in this run");
    out.sample("", metrics.checkpoints);
    if (metrics.last_checkpoint_at) {
        out.gauge("tsflow_checkpoint_timestamp_seconds", "When the last checkpoint was stored");
        out.sample("", unix_seconds(*metrics.last_checkpoint_at));
    }
    if (!metrics.nodes.empty()) {
        write_nodes(out, metrics, facts.now);
        write_histograms(out, metrics);
        write_own_figures(out, metrics);
    }
    if (!metrics.edges.empty()) {
        write_edges(out, metrics);
    }
    write_process(out);
    return out.finish();
}

}  // namespace tsflow::control
