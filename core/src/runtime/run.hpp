#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "log/log.hpp"
#include "runtime/metrics.hpp"
#include "runtime/plan.hpp"
#include "runtime/replay.hpp"
#include "runtime/run_view.hpp"

namespace tsflow {

enum class Outcome {
    done,      ///< all sources came to their end, or a stop was asked for, and all was drained
    failed,    ///< a node failed
    timed_out  ///< the drain passed `shutdown_timeout`
};

struct RunResult {
    Outcome outcome = Outcome::done;
    /// `sinks.bars: disk I/O error`, one a failed node; or the stage that hangs.
    std::vector<std::string> failures;
    /// True when a stage did not even end after the abort: its thread still uses the plan, so the
    /// process has to end with _exit().
    bool hangs = false;
    PipelineMetrics metrics;
    /// Of a replay: how many letters went through the pipeline again, and which stay in the list.
    std::optional<std::uint64_t> replayed;
    std::vector<StayingLetters> staying;
};

/// How the caller steers a run. `stop`, `abort` and `reload` may be called from any thread, also from
/// signal handlers' threads.
class RunControl {
public:
    RunControl();
    ~RunControl();
    RunControl(const RunControl&) = delete;
    RunControl& operator=(const RunControl&) = delete;
    /// Stop the sources, drain, commit, end.
    void stop();
    /// Give up at once: nothing further is drained; what was not committed is replayed next time.
    void abort();
    /// Tells the nodes to read anew what they hold of the world outside; they see it in
    /// Context::reloads().
    void reload() noexcept;

    struct State;
    State& state() noexcept { return *state_; }

private:
    std::unique_ptr<State> state_;
};

struct RunOptions {
    Log* log = nullptr;            ///< required
    const Clock* clock = nullptr;  ///< null: the system clock
    std::string version;           ///< of tsflow, for dead letters
    /// Not null: a replay of these dead letters instead of a run of the sources.
    const LetterFilter* replay = nullptr;
    /// Not null: is shown the run from its start to its end.
    RunWatcher* watcher = nullptr;
    /// What nodes get from Context::status(); called from any of their threads. Null: nothing.
    std::function<std::string()> status;
    /// Called about twice a second from the thread that called run(), with the figures so far.
    std::function<void(const PipelineMetrics&)> progress;
};

/// Opens the plan's nodes, restores the last checkpoint, runs to the end and closes. Blocks. Throws
/// Error when the start fails (a node does not open, a checkpoint does not fit); then all nodes that
/// were opened are closed again. A replay that is stopped, aborted or fails has taken no letter from the
/// list; one of which no letter can be replayed throws Error with the reasons.
RunResult run(Plan& plan, RunControl& control, const RunOptions& options);

}  // namespace tsflow
