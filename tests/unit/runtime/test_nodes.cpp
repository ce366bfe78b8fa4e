#include "test_nodes.hpp"

#include <algorithm>

#include "tsflow/testing.hpp"

namespace tsflow::test {
namespace {

std::mutex boards_mutex;
std::map<std::string, std::shared_ptr<Board>> boards;

}  // namespace

void Board::note(const std::string& event) {
    const std::lock_guard lock(mutex);
    events.push_back(event);
}

void Board::open_gate() {
    {
        const std::lock_guard lock(mutex);
        gate_open = true;
    }
    changed.notify_all();
}

void Board::wait_until_gated() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return waiting; });
}

void Board::fail_if_asked(std::int64_t number) {
    const std::lock_guard lock(mutex);
    if (number != fail_at || failures_left == 0) {
        return;
    }
    --failures_left;
    if (failure == "retryable") {
        throw RetryableError("the server is away");
    }
    if (failure == "other") {
        throw 42;
    }
    throw Error("number " + std::to_string(number) + " is unlucky");
}

std::shared_ptr<Board> board(const std::string& name) {
    const std::lock_guard lock(boards_mutex);
    auto& found = boards[name];
    if (!found) {
        found = std::make_shared<Board>();
    }
    return found;
}

void clear_boards() {
    const std::lock_guard lock(boards_mutex);
    boards.clear();
}

SchemaPtr number_schema() {
    static const SchemaPtr schema =
        Schema::make({{.name = "number", .type = Type::int64, .key = true},
                      {.name = "time", .type = Type::timestamp, .event_time = true}});
    return schema;
}

struct CountSource final : Source {
    static constexpr std::string_view name = "count";
    static constexpr std::string_view doc = "Counts.";
    struct Config {
        std::int64_t rows = 100;
        std::int64_t batch = 10;
        std::int64_t modulo = 0;
        bool live = false;
        bool stays = false;
        std::string board = "source";
    };
    static void describe(Options<Config>& o) {
        o.optional("rows", &Config::rows, "Rows");
        o.optional("batch", &Config::batch, "Rows a batch");
        o.optional("modulo", &Config::modulo, "Numbers start again here");
        o.optional("live", &Config::live, "Not replayable; idle at the end");
        o.optional("stays", &Config::stays, "Idle at the end, but replayable");
        o.optional("board", &Config::board, "Board");
    }
    explicit CountSource(Config c) : config(std::move(c)), shared(test::board(config.board)) {}
    void open(Context&) override { shared->note("open " + config.board); }
    void close() noexcept override { shared->note("close " + config.board); }
    Ports outputs() const override { return single(number_schema()); }
    Poll poll(Emitter& out, Millis) override {
        if (config.rows > 0 && next >= config.rows) {
            return config.live || config.stays ? Poll::idle : Poll::done;
        }
        BatchBuilder rows(number_schema());
        for (std::int64_t i = 0; i < config.batch && (config.rows == 0 || next < config.rows);
             ++i) {
            shared->fail_if_asked(next);
            rows.push(0, config.modulo > 0 ? next % config.modulo : next);
            rows.push(1, Timestamp{std::chrono::seconds{next}});
            ++next;
        }
        out.emit(rows.finish());
        out.watermark(Timestamp{std::chrono::seconds{next}});
        return Poll::more;
    }
    bool replayable() const noexcept override { return !config.live; }
    void position(StateWriter& state) const override { state.integer(next); }
    void resume(StateReader& state) override { next = state.integer(); }
    std::optional<Progress> progress() const override {
        return Progress{static_cast<std::uint64_t>(next), static_cast<std::uint64_t>(config.rows)};
    }
    Config config;
    std::shared_ptr<Board> shared;
    std::int64_t next = 0;
};

struct FeedSource final : Source {
    static constexpr std::string_view name = "feed";
    static constexpr std::string_view doc = "Sends each number once.";
    struct Config {
        std::int64_t rows = 100;
        std::int64_t batch = 10;
        bool ends = false;
        bool positioned = false;
        std::string board = "feed";
    };
    static void describe(Options<Config>& o) {
        o.optional("rows", &Config::rows, "Rows");
        o.optional("batch", &Config::batch, "Rows a batch");
        o.optional("ends", &Config::ends, "Done at the end, not idle");
        o.optional("positioned", &Config::positioned, "Replayable");
        o.optional("board", &Config::board, "Board");
    }
    explicit FeedSource(Config c) : config(std::move(c)), shared(test::board(config.board)) {}
    Ports outputs() const override { return single(number_schema()); }
    Poll poll(Emitter& out, Millis) override {
        std::int64_t& next = config.positioned ? own : shared->produced;
        const std::int64_t end = config.rows + shared->more;
        if (next >= end) {
            return config.ends ? Poll::done : Poll::idle;
        }
        BatchBuilder rows(number_schema());
        for (std::int64_t i = 0; i < config.batch && next < end; ++i) {
            try {
                shared->fail_if_asked(next);
            } catch (...) {
                out.emit(rows.finish());
                throw;
            }
            rows.push(0, next);
            rows.push(1, Timestamp{std::chrono::seconds{next}});
            ++next;
        }
        out.emit(rows.finish());
        out.watermark(Timestamp{std::chrono::seconds{next}});
        return Poll::more;
    }
    bool replayable() const noexcept override { return config.positioned; }
    void position(StateWriter& state) const override { state.integer(own); }
    void resume(StateReader& state) override { own = state.integer(); }
    Config config;
    std::shared_ptr<Board> shared;
    std::int64_t own = 0;
};

std::unique_ptr<Node> make_feed(const std::string& toml) {
    return testing::make<FeedSource>(toml);
}

struct SumTransform final : Transform {
    static constexpr std::string_view name = "sum";
    static constexpr std::string_view doc = "Replaces each number by the sum so far.";
    struct Config {};
    static void describe(Options<Config>&) {}
    explicit SumTransform(Config) {}
    Ports bind(const Ports& inputs) override { return single(only(inputs)); }
    void process(Batch batch, Emitter& out) override {
        BatchBuilder rows(batch.schema());
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            sum += batch.column<std::int64_t>(0)[row];
            rows.push(0, sum);
            rows.push(1, batch.column<Timestamp>(1)[row]);
        }
        out.emit(rows.finish());
    }
    Memory memory() const noexcept override { return Memory::restored; }
    void snapshot(StateWriter& state) const override { state.integer(sum); }
    void restore(StateReader& state) override { sum = state.integer(); }
    std::int64_t sum = 0;
};

struct WatchTransform final : Transform {
    static constexpr std::string_view name = "watch";
    static constexpr std::string_view doc = "Hands on.";
    struct Config {
        std::string board = "watch";
        std::int64_t reject = 0;
        bool wrong_schema = false;
    };
    static void describe(Options<Config>& o) {
        o.optional("board", &Config::board, "Board");
        o.optional("reject", &Config::reject, "Reject multiples of this");
        o.optional("wrong_schema", &Config::wrong_schema, "Emit what does not fit the port");
    }
    explicit WatchTransform(Config c) : config(std::move(c)), shared(test::board(config.board)) {}
    void open(Context& c) override { context = &c; }
    Ports bind(const Ports& inputs) override {
        only(inputs);
        return single(number_schema());
    }
    void process(Batch batch, Emitter& out) override {
        const auto numbers = batch.column<std::int64_t>(0);
        std::vector<std::uint32_t> kept;
        for (std::uint32_t row = 0; row < numbers.size(); ++row) {
            shared->fail_if_asked(numbers[row]);
            if (config.reject > 0 && numbers[row] % config.reject == 0) {
                context->reject(batch, row, "a multiple");
            } else {
                kept.push_back(row);
            }
        }
        if (config.wrong_schema) {
            BatchBuilder other(Schema::make({{.name = "other", .type = Type::int64}}));
            other.push(0, std::int64_t{1});
            out.emit(other.finish());
        }
        out.emit(take(batch, kept));
    }
    void advance(Timestamp time, Emitter& out) override {
        {
            const std::lock_guard lock(shared->mutex);
            shared->watermarks.push_back(time.time_since_epoch() / std::chrono::seconds{1});
        }
        shared->changed.notify_all();
        out.watermark(time);
    }
    Config config;
    std::shared_ptr<Board> shared;
    Context* context = nullptr;
};

struct JoinTransform final : Transform {
    static constexpr std::string_view name = "join";
    static constexpr std::string_view doc = "Numbers what comes on either input.";
    struct Config {};
    static void describe(Options<Config>&) {}
    explicit JoinTransform(Config) {}
    Ports bind(const Ports& inputs) override {
        if (inputs.size() != 2) {
            throw ConfigError("inputs", "needs the inputs left and right");
        }
        return single(number_schema());
    }
    void process_input(std::size_t input, Batch batch, Emitter& out) override {
        BatchBuilder rows(number_schema());
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            // Each input's rows are counted apart, so the result does not depend on how they mix.
            rows.push(0, 2 * seen[input]++ + static_cast<std::int64_t>(input));
            rows.push(1, batch.column<Timestamp>(1)[row]);
        }
        out.emit(rows.finish());
    }
    Memory memory() const noexcept override { return Memory::restored; }
    void snapshot(StateWriter& state) const override {
        state.integer(seen[0]);
        state.integer(seen[1]);
    }
    void restore(StateReader& state) override {
        seen[0] = state.integer();
        seen[1] = state.integer();
    }
    std::int64_t seen[2] = {0, 0};
};

struct KeepSink final : Sink {
    static constexpr std::string_view name = "keep";
    static constexpr std::string_view doc = "Keeps.";
    struct Config {
        std::string board = "sink";
        bool gated = false;
        bool fail_open = false;
    };
    static void describe(Options<Config>& o) {
        o.optional("board", &Config::board, "Board");
        o.optional("gated", &Config::gated, "Wait for the gate in each write");
        o.optional("fail_open", &Config::fail_open, "Do not open");
    }
    explicit KeepSink(Config c) : config(std::move(c)), shared(test::board(config.board)) {}
    void bind(const Ports& inputs) override { only(inputs); }
    void open(Context&) override {
        if (config.fail_open) {
            throw Error("no such server");
        }
        shared->note("open " + config.board);
        const std::lock_guard lock(shared->mutex);
        shared->written.clear();  // without a restore, the target starts anew
    }
    void close() noexcept override { shared->note("close " + config.board); }
    void write(const Batch& batch) override {
        if (config.gated) {
            std::unique_lock lock(shared->mutex);
            shared->waiting = true;
            shared->changed.notify_all();
            shared->changed.wait(lock, [this] { return shared->gate_open; });
            shared->waiting = false;
            shared->changed.notify_all();
        }
        const auto numbers = batch.column<std::int64_t>(0);
        std::for_each(numbers.begin(), numbers.end(), [this](auto n) { shared->fail_if_asked(n); });
        const std::lock_guard lock(shared->mutex);
        shared->written.insert(shared->written.end(), numbers.begin(), numbers.end());
    }
    void commit(const Checkpoint& checkpoint, StateWriter& state) override {
        shared->note("commit " + config.board);
        const std::lock_guard lock(shared->mutex);
        shared->durable = shared->written.size();
        ids.push_back(checkpoint.id);
        for (const std::int64_t number : shared->written) {
            state.integer(number);
        }
    }
    void restore(StateReader& state) override {
        const std::lock_guard lock(shared->mutex);
        while (!state.at_end()) {
            shared->written.push_back(state.integer());
        }
    }
    Repeats repeats() const noexcept override { return Repeats::removed; }
    Config config;
    std::shared_ptr<Board> shared;
    std::vector<std::uint64_t> ids;
};

std::vector<NodeType> node_types() {
    return {node_type<CountSource>(),    node_type<FeedSource>(),    node_type<SumTransform>(),
            node_type<WatchTransform>(), node_type<JoinTransform>(), node_type<KeepSink>()};
}

}  // namespace tsflow::test
