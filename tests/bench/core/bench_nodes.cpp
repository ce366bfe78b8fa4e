// Nodes that do as little as a node can, so that a pipeline of them costs what the runtime costs.

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <fstream>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include "tsflow/builder.hpp"
#include "tsflow/plugin.hpp"

namespace {

using namespace tsflow;

SchemaPtr record_schema() {
    static const SchemaPtr schema = Schema::make({
        {.name = "symbol", .type = Type::symbol, .key = true},
        {.name = "timestamp", .type = Type::timestamp, .key = true, .event_time = true},
        {.name = "open", .type = Type::float64, .unit = "USD"},
        {.name = "high", .type = Type::float64, .unit = "USD"},
        {.name = "low", .type = Type::float64, .unit = "USD"},
        {.name = "close", .type = Type::float64, .unit = "USD"},
        {.name = "volume", .type = Type::float64, .unit = "shares"},
    });
    return schema;
}

/// When the source emitted last: with a pause, only one batch is under way at a time.
std::atomic<std::chrono::steady_clock::time_point> emitted_at{};

Batch make_batch(std::int64_t rows) {
    BatchBuilder builder(record_schema());
    for (std::int64_t row = 0; row < rows; ++row) {
        builder.push(0, Symbol::intern("BENCH"));
        builder.push(1, Timestamp{std::chrono::seconds{row}});
        for (std::size_t column = 2; column < 7; ++column) {
            builder.push(column, 100.0 + static_cast<double>(row));
        }
    }
    return builder.finish();
}

/// Emits one batch, made beforehand, again and again.
class Repeat final : public Source {
public:
    static constexpr std::string_view name = "bench_repeat";
    static constexpr std::string_view doc = "Emits the same batch many times.";
    struct Config {
        std::int64_t batches = 1000;
        std::int64_t rows = 1;
        Duration pause{};
    };
    static void describe(Options<Config>& o) {
        o.optional("batches", &Config::batches, "How many batches");
        o.optional("rows", &Config::rows, "Rows of each");
        o.optional("pause", &Config::pause, "Time between two of them");
    }
    explicit Repeat(Config config) : config_(config), batch_(make_batch(config.rows)) {}
    Ports outputs() const override { return single(record_schema()); }
    Poll poll(Emitter& out, Millis) override {
        for (int i = 0; i < 100 && done_ < config_.batches; ++i, ++done_) {
            if (config_.pause.count() > 0) {
                std::this_thread::sleep_for(config_.pause);
                emitted_at = std::chrono::steady_clock::now();
            }
            out.emit(batch_);
        }
        return done_ < config_.batches ? Poll::more : Poll::done;
    }

private:
    Config config_;
    Batch batch_;
    std::int64_t done_ = 0;
};

class Pass final : public Transform {
public:
    static constexpr std::string_view name = "bench_pass";
    static constexpr std::string_view doc = "Hands every batch on.";
    struct Config {};
    static void describe(Options<Config>&) {}
    explicit Pass(Config) {}
    Ports bind(const Ports& inputs) override { return single(only(inputs)); }
    void process(Batch batch, Emitter& out) override { out.emit(std::move(batch)); }
};

/// A transform with no output to speak of: swallows all, so that no queue is measured with the hops.
class Swallow final : public Transform {
public:
    static constexpr std::string_view name = "bench_swallow";
    static constexpr std::string_view doc = "Takes every batch and emits nothing.";
    struct Config {};
    static void describe(Options<Config>&) {}
    explicit Swallow(Config) {}
    Ports bind(const Ports& inputs) override { return single(only(inputs)); }
    void process(Batch, Emitter&) override {}
};

/// Writes how long each batch was under way, in ns, one a line.
class Stopwatch final : public Sink {
public:
    static constexpr std::string_view name = "bench_stopwatch";
    static constexpr std::string_view doc = "Notes how old each batch is.";
    struct Config {
        std::string file;
    };
    static void describe(Options<Config>& o) {
        o.required("file", &Config::file, "Where to write").such_as("ages.txt");
    }
    explicit Stopwatch(Config config) : config_(std::move(config)) {}
    void bind(const Ports& inputs) override { only(inputs); }
    void write(const Batch&) override {
        ages_.push_back((std::chrono::steady_clock::now() - emitted_at.load()).count());
    }
    void commit(const Checkpoint&, StateWriter&) override {}
    void close() noexcept override {
        std::ofstream out(config_.file);
        for (const std::int64_t age : ages_) {
            out << age << '\n';
        }
    }
    Repeats repeats() const noexcept override { return Repeats::harmless; }

private:
    Config config_;
    std::vector<std::int64_t> ages_;
};

/// Counts rows; with the last of `rows` it writes how many seconds have passed since the first of them was
/// received, and stops the program.
class Arrivals final : public Sink {
public:
    static constexpr std::string_view name = "bench_arrivals";
    static constexpr std::string_view doc = "Notes how long a number of rows takes to arrive.";
    struct Config {
        std::int64_t rows = 1;
        std::string file;
    };
    static void describe(Options<Config>& o) {
        o.optional("rows", &Config::rows, "How many");
        o.required("file", &Config::file, "Where to write").such_as("seconds.txt");
    }
    explicit Arrivals(Config config) : config_(std::move(config)) {}
    void bind(const Ports& inputs) override {
        received_ = only(inputs)->require("received", Type::timestamp);
    }
    void write(const Batch& batch) override {
        if (count_ == 0) {
            first_ = batch.column<Timestamp>(received_)[0];
        }
        const bool over = count_ >= config_.rows;
        count_ += static_cast<std::int64_t>(batch.rows());
        if (count_ >= config_.rows && !over) {
            const std::chrono::duration<double> time =
                std::chrono::system_clock::now() - std::chrono::time_point_cast<Duration>(first_);
            std::ofstream(config_.file) << time.count() << '\n';
            ::kill(::getpid(), SIGINT);  // raise() would tell this thread, which takes no signals
        }
    }
    void commit(const Checkpoint&, StateWriter&) override {}
    Repeats repeats() const noexcept override { return Repeats::harmless; }

private:
    Config config_;
    std::size_t received_ = 0;
    std::int64_t count_ = 0;
    Timestamp first_;
};

/// Notes how long each minute's burst of bars takes, from the receipt of its first frame to the last row
/// here, in ms, one a line; stops the program after `bursts` of them.
class Bursts final : public Sink {
public:
    static constexpr std::string_view name = "bench_bursts";
    static constexpr std::string_view doc = "Times bursts of bars.";
    struct Config {
        std::int64_t rows = 1;
        std::int64_t bursts = 1;
        std::string file;
    };
    static void describe(Options<Config>& o) {
        o.optional("rows", &Config::rows, "Bars of a burst");
        o.optional("bursts", &Config::bursts, "How many bursts");
        o.required("file", &Config::file, "Where to write").such_as("bursts.txt");
    }
    explicit Bursts(Config config) : config_(std::move(config)) {}
    void bind(const Ports& inputs) override {
        time_ = only(inputs)->require("timestamp", Type::timestamp);
        received_ = only(inputs)->require("received", Type::timestamp);
    }
    void write(const Batch& batch) override {
        const auto times = batch.column<Timestamp>(time_);
        const auto received = batch.column<Timestamp>(received_);
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            Burst& burst = bursts_.try_emplace(times[row], Burst{received[row], 0}).first->second;
            if (++burst.rows == config_.rows) {
                const std::chrono::duration<double, std::milli> time =
                    std::chrono::system_clock::now() - burst.first;
                took_.push_back(time.count());
                if (static_cast<std::int64_t>(took_.size()) == config_.bursts) {
                    ::kill(::getpid(),
                           SIGINT);  // raise() would tell this thread, which takes no signals
                }
            }
        }
    }
    void commit(const Checkpoint&, StateWriter&) override {}
    void close() noexcept override {
        std::ofstream out(config_.file);
        for (const double time : took_) {
            out << time << '\n';
        }
    }
    Repeats repeats() const noexcept override { return Repeats::harmless; }

private:
    struct Burst {
        Timestamp first;
        std::int64_t rows;
    };
    Config config_;
    std::size_t time_ = 0, received_ = 0;
    std::map<Timestamp, Burst> bursts_;
    std::vector<double> took_;
};

}  // namespace

TSFLOW_PLUGIN("bench_nodes", "0.1.0") {
    plugin.add<Repeat>();
    plugin.add<Pass>();
    plugin.add<Swallow>();
    plugin.add<Stopwatch>();
    plugin.add<Arrivals>();
    plugin.add<Bursts>();
}
