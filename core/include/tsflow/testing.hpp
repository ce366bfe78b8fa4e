#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tsflow/batch.hpp"
#include "tsflow/plugin.hpp"

/// The kit that plugin authors test with; link `tsflow::testing`. It depends on no test framework: use
/// it from Catch2, GoogleTest or a plain main().
namespace tsflow::testing {

/// Builds a node from the TOML text of its table, through the host's own option code. Relative paths
/// are relative to the current directory. Throws ConfigError holding all messages, one a line.
TSFLOW_API std::unique_ptr<Node> make_node(const NodeType& type, std::string_view toml);
template <class N>
std::unique_ptr<N> make(std::string_view toml) {
    return std::unique_ptr<N>(static_cast<N*>(make_node(node_type<N>(), toml).release()));
}
/// The messages that such a table is refused with; empty when it is right.
TSFLOW_API std::vector<std::string> option_errors(const NodeType& type, std::string_view toml);
template <class N>
std::vector<std::string> errors(std::string_view toml) {
    return option_errors(node_type<N>(), toml);
}
/// The warnings that the options' checks give for such a table.
TSFLOW_API std::vector<std::string> option_warnings(const NodeType& type, std::string_view toml);
template <class N>
std::vector<std::string> warnings(std::string_view toml) {
    return option_warnings(node_type<N>(), toml);
}

/// A batch from a text table: the first line names the columns as `name:type`, with `?` for nullable, a
/// unit in brackets, and `key` or `event_time` flags behind a `/`; cells are separated by blanks, `null` is
/// null, texts with blanks stand in double quotes. Empty lines are skipped.
///
///     table(R"(symbol:symbol/key  time:timestamp/key/event_time  close:float64[USD]
///              MSFT               2016-04-15T13:30:00Z           55.25 )")
///
/// Throws Error, naming line and cell, when it does not fit.
TSFLOW_API Batch table(std::string_view text);
/// The schema of such a header line alone.
TSFLOW_API SchemaPtr schema(std::string_view header);
/// Rows as aligned text with a header line, for comparisons that print well; `table()` reads it back.
TSFLOW_API std::string to_text(const Batch& batch);

/// A clock that stands still until it is told.
class TSFLOW_API FakeClock final : public Clock {
public:
    explicit FakeClock(Timestamp start = Timestamp{}) : now_(start.time_since_epoch().count()) {}
    Timestamp now() const noexcept override { return Timestamp{Duration{now_.load()}}; }
    void advance(Duration by) { now_ += by.count(); }

private:
    std::atomic<std::int64_t> now_;
};

/// A context that keeps what the node says. `sleep_for` moves the clock and returns at once.
class TSFLOW_API TestContext final : public Context {
public:
    TestContext();
    ~TestContext() override;
    std::string_view node() const noexcept override { return "test"; }
    std::string_view pipeline() const noexcept override { return "test"; }
    void log(Level level, std::string_view message) override;
    Counter& counter(std::string_view name) override;
    Gauge& gauge(std::string_view name) override;
    const Clock& clock() const noexcept override { return clock_; }
    bool stopping() const noexcept override { return stop; }
    bool sleep_for(Duration duration) override;
    std::uint64_t reloads() const noexcept override { return reload_count; }
    /// A new folder of this context, removed with it.
    std::filesystem::path state_dir() override;
    void reject(const Batch& batch, std::size_t row, std::string_view reason) override;
    void reject(std::string_view raw, std::string_view reason) override;

    FakeClock clock_{Timestamp{std::chrono::seconds{1'460'727'000}}};
    std::atomic<bool> stop{false};
    std::vector<std::pair<Level, std::string>> logs;
    std::vector<std::pair<std::string, std::string>> rejected;  ///< record as JSON or raw, reason
    std::map<std::string, Counter, std::less<>> counters;
    std::map<std::string, Gauge, std::less<>> gauges;
    std::atomic<std::uint64_t> reload_count{0};
    bool keeps_state = true;  ///< false: as in a pipeline without `state_dir`

private:
    std::mutex mutex_;  ///< over all that is kept: nodes may call from threads of their own
    std::filesystem::path state_dir_;
};

/// An emitter that keeps what it is given, in order; batches without rows are left out, as the host
/// leaves them out.
class TSFLOW_API CollectingEmitter final : public Emitter {
public:
    void emit(Batch batch, std::size_t port = 0) override;
    void watermark(Timestamp time) override;

    /// All rows of one port as one batch of `schema`.
    Batch all(const SchemaPtr& schema, std::size_t port = 0) const;
    std::size_t rows(std::size_t port = 0) const;

    std::vector<std::pair<std::size_t, Batch>> batches;  ///< port, batch
    std::vector<Timestamp> watermarks;
    /// Called after each emit or watermark when set: to stop, to throw Cancelled, to look.
    std::function<void()> after;
};

/// Binds, opens and feeds a transform: all batches, a watermark at the end of time when `finish`, then
/// finish() and close(). Returns all rows of its first port.
TSFLOW_API Batch run(Transform& transform, const std::vector<Batch>& batches, bool finish = true);
/// Opens a source and polls it until it is done or at least `rows` rows came; closes it. Returns the
/// first port. The source's clock moves only while it is idle; throws Error when it stays idle for a
/// minute.
TSFLOW_API Batch drain(Source& source, std::size_t rows = static_cast<std::size_t>(-1));

/// What a conformance run needs to know of the node.
struct TSFLOW_API Sample {
    std::string toml;            ///< a valid table for it; empty: the generated sample must do
    std::vector<Batch> batches;  ///< input of a transform or sink, one schema, several rows
    /// Called before each fresh node, to reset what sinks write to.
    std::function<void()> reset;
};

/// Checks what every node promises (see `node.hpp`) and returns a sentence for each broken promise:
/// the generated sample parses; every option is documented; unknown keys are refused; close without
/// open; open and close; finish without input; batches of no row and of one; outputs equal the bound
/// schema; watermarks never go back; splitting batches changes nothing; a second run gives the same;
/// snapshot and restore in mid-stream change nothing; a source's resume() gives the same rest; poll()
/// returns in time and lets Cancelled pass.
TSFLOW_API std::vector<std::string> conformance(const NodeType& type, const Sample& sample);
template <class N>
std::vector<std::string> conformance(const Sample& sample) {
    return conformance(node_type<N>(), sample);
}

}  // namespace tsflow::testing
