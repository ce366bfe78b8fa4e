#include "runtime/run.hpp"

#include <atomic>
#include <chrono>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "runtime/assembly.hpp"
#include "runtime/letter_files.hpp"
#include "runtime/restart.hpp"
#include "runtime/run_history.hpp"
#include "runtime/state_dir.hpp"
#include "runtime/system_clock.hpp"
#include "tsflow/error.hpp"

namespace tsflow {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds progress_every{500};
/// What threads get to come to their end after an abort, before they are said to hang.
constexpr std::chrono::seconds abort_patience{1};

/// One run, from the first open to the last close; lives on the caller's thread.
class Run final : public RunView {
public:
    Run(Plan& plan, RunControl::State& control, const RunOptions& options)
        : plan_(plan), control_(control), options_(options), log_(*options.log) {
        if (plan.pipeline.state_dir) {
            state_dir_.emplace(*plan.pipeline.state_dir);
            store_.emplace(state_dir_->folder());
            checkpoint_ = store_->load();
            if (checkpoint_) {
                check_fits(*checkpoint_, plan, log_);
            }
        }
        if (options.replay != nullptr) {
            if (!checkpoint_) {
                throw Error("no dead letter matches");
            }
            replay_ = prepare_replay(plan, *checkpoint_, *options.replay);
            tell_replay();
        }
        const Clock& clock = options.clock != nullptr ? *options.clock : system_clock_;
        assembly_.emplace(plan, control, log_, clock, letter_rules(), checkpoint_,
                          replay_ ? &*replay_ : nullptr,
                          [this](const RunningNode& node, const std::string& message) {
                              note_failure(node, message);
                          });
        if (checkpoint_) {
            log_(Level::info, "",
                 fmt::format("going on from checkpoint {} of {}", checkpoint_->id,
                             format_timestamp(checkpoint_->taken)));
            tell_waiting_letters();
        }
        clock_ = &clock;
        remember_start();
    }

    void supervise() {
        assembly_->ask_for_status(options_.status);
        assembly_->open(checkpoint_);
        started_ = SteadyClock::now();
        next_checkpoint_ = started_ + plan_.pipeline.checkpoint_interval;
        next_progress_ = started_ + progress_every;
        assembly_->start();
        const Shown shown(options_.watcher, *this);
        while (!assembly_->ended() && !hangs()) {
            control_.wait_for_ring(std::min(next_checkpoint_, next_progress_) - SteadyClock::now());
            tick(SteadyClock::now());
        }
        if (!hanging_.empty()) {
            return;
        }
        store_epoch_if_complete();
        assembly_->join();
        assembly_->close();
    }

    // RunView, any thread.
    PipelineMetrics metrics() const override {
        PipelineMetrics metrics = assembly_->metrics(SteadyClock::now() - started_);
        metrics.checkpoints = checkpoints_.load(std::memory_order_relaxed);
        metrics.last_checkpoint = last_checkpoint_.load(std::memory_order_relaxed);
        if (const std::int64_t at = last_checkpoint_at_.load(std::memory_order_relaxed); at != 0) {
            metrics.last_checkpoint_at = Timestamp{Duration{at}};
        }
        return metrics;
    }
    bool stopping() const override { return control_.stopping(); }
    void add_tap(std::size_t node, std::size_t port, std::shared_ptr<Tap> tap) override {
        assembly_->tap_point(node, port).add(std::move(tap));
    }
    void remove_tap(std::size_t node, std::size_t port, const Tap& tap) override {
        assembly_->tap_point(node, port).remove(tap);
    }

    bool leave_behind() {
        if (hanging_.empty()) {
            return false;
        }
        assembly_->detach();
        return true;
    }

    RunResult result() {
        RunResult result;
        result.metrics = metrics();
        const std::lock_guard lock(failures_mutex_);
        result.failures = failures_;
        if (replay_) {
            result.staying = replay_->staying;
            result.replayed = checkpoints_ > 0 ? replay_->count() : 0;
            if (checkpoints_ == 0) {
                result.failures.emplace_back(
                    "the replay did not come to its end: all its letters are still there");
            }
        }
        if (timed_out_) {
            result.outcome = Outcome::timed_out;
        } else if (!result.failures.empty()) {
            result.outcome = Outcome::failed;
        }
        return result;
    }

private:
    /// For as long as it lives the watcher may look at the run.
    class Shown {
    public:
        Shown(RunWatcher* watcher, RunView& run) : watcher_(watcher) {
            if (watcher_ != nullptr) {
                watcher_->started(run);
            }
        }
        ~Shown() {
            if (watcher_ != nullptr) {
                watcher_->ending();
            }
        }
        Shown(const Shown&) = delete;
        Shown& operator=(const Shown&) = delete;

    private:
        RunWatcher* watcher_;
    };

    LetterRules letter_rules() const {
        LetterRules rules;
        if (state_dir_) {
            rules.folder = letter_folder(state_dir_->folder());
        }
        rules.origin = {plan_.pipeline.name, plan_.fingerprint, options_.version};
        rules.limit = plan_.pipeline.dead_letters;
        rules.secrets = plan_.secrets;
        return rules;
    }

    void remember_start() {
        if (!state_dir_ || replay_) {
            return;
        }
        try {
            append_run(state_dir_->folder(), {clock_->now(), options_.version, plan_.fingerprint,
                                              plan_.pipeline.file.string()});
        } catch (const Error& error) {
            // Worth no stop: a full disk is to be outlived.
            log_(Level::warning, "", fmt::format("this start is not remembered: {}", error.what()));
        }
    }

    void tell_replay() {
        for (const auto& [path, ids] : replay_->taken) {
            log_(Level::info, path,
                 fmt::format("replaying {} dead letter{}", ids.size(), ids.size() == 1 ? "" : "s"));
        }
        for (const PlannedNode& node : plan_.nodes) {
            if (node.sink() != nullptr && node.sink()->repeats() == Repeats::doubled) {
                log_(
                    Level::warning, node.spec.path,
                    "keeps what it has: a replay that is killed leaves rows here that the next one "
                    "doubles");
            }
        }
    }

    void tell_waiting_letters() {
        for (const auto& [path, node] : checkpoint_->nodes) {
            if (node.letters.count > 0 && !replay_) {
                log_(Level::warning, path,
                     fmt::format("{} dead letter{} of {} wait{}; tsflow dlq ls {}",
                                 node.letters.count, node.letters.count == 1 ? "" : "s", path,
                                 node.letters.count == 1 ? "s" : "", plan_.pipeline.file.string()));
            }
        }
    }

    void note_failure(const RunningNode& node, const std::string& message) {
        const NodeSpec& spec = node.plan().spec;
        {
            const std::lock_guard lock(failures_mutex_);
            failures_.push_back(plan_.secrets.hide(fmt::format("{}: {}", spec.path, message)));
        }
        if (spec.on_error == OnError::stop) {
            control_.stop();
        } else {
            log_(Level::warning, spec.path,
                 store_
                     ? "is isolated: the rest goes on, and checkpoints are held so that a restart "
                       "gives it what it missed"
                     : "is isolated: the rest goes on");
        }
    }

    void tick(SteadyClock::time_point now) {
        store_epoch_if_complete();
        if (now >= next_checkpoint_) {
            next_checkpoint_ = now + plan_.pipeline.checkpoint_interval;
            if (!replay_) {  // which has one checkpoint, at its end
                assembly_->coordinator().announce();
            }
        }
        if (now >= next_progress_) {
            next_progress_ = now + progress_every;
            if (options_.progress) {
                options_.progress(metrics());
            }
        }
    }

    void store_epoch_if_complete() {
        const auto epoch = assembly_->coordinator().take_complete();
        if (!epoch || !epoch->recorded) {
            return;
        }
        if (replay_ && control_.stopping()) {
            return;
        }
        StoredCheckpoint checkpoint;
        checkpoint.nodes = carried_over();
        checkpoint.id = epoch->id;
        checkpoint.pipeline = plan_.pipeline.name;
        checkpoint.taken = clock_->now();
        for (std::size_t i = 0; i < plan_.nodes.size(); ++i) {
            checkpoint.nodes[plan_.nodes[i].spec.path] = *epoch->nodes[i];
        }
        checkpoint.nodes.erase(Replay::source_path);
        try {
            store_->save(checkpoint);
            ++checkpoints_;
            last_checkpoint_ = checkpoint.id;
            last_checkpoint_at_ = checkpoint.taken.time_since_epoch().count();
            assembly_->stored(checkpoint);
        } catch (const Error& error) {
            // The last one stays good; the next may succeed.
            log_(Level::error, "", fmt::format("no checkpoint: {}", error.what()));
        }
    }

    /// What the last checkpoint holds of nodes that take no part: of a replay everything, else the letters
    /// of nodes that the file no longer has.
    std::map<std::string, NodeState> carried_over() const {
        std::map<std::string, NodeState> nodes;
        if (!checkpoint_) {
            return nodes;
        }
        for (const auto& [path, node] : checkpoint_->nodes) {
            if (replay_) {
                nodes[path] = node;
            } else if (node.letters.next_id > 1) {
                nodes[path] = {node.type, {}, node.letters};
            }
        }
        return nodes;
    }

    /// Follows a stop: abort when it is asked for or takes too long, and find out who hangs then.
    bool hangs() {
        const auto now = SteadyClock::now();
        if (!control_.stopping()) {
            return false;
        }
        if (!stopping_since_) {
            stopping_since_ = now;
            next_progress_ = now;
        }
        if (!aborted_since_) {
            const bool late = now - *stopping_since_ > plan_.pipeline.shutdown_timeout;
            if (late && !control_.aborted()) {
                timed_out_ = true;
                const std::lock_guard lock(failures_mutex_);
                for (const std::string& stage : assembly_->running()) {
                    failures_.push_back(
                        fmt::format("{}: not drained within the shutdown_timeout of {}", stage,
                                    format_duration(plan_.pipeline.shutdown_timeout)));
                }
            } else if (control_.aborted()) {
                const std::lock_guard lock(failures_mutex_);
                failures_.push_back("aborted before everything was drained");
            }
            if (late || control_.aborted()) {
                control_.abort();
                assembly_->abort();
                aborted_since_ = now;
            }
            return false;
        }
        if (now - *aborted_since_ > abort_patience) {
            hanging_ = assembly_->running();
        }
        return !hanging_.empty();
    }

    Plan& plan_;
    RunControl::State& control_;
    const RunOptions& options_;
    Log& log_;
    SystemClock system_clock_;
    const Clock* clock_ = nullptr;
    std::optional<StateDir> state_dir_;
    std::optional<CheckpointStore> store_;
    std::optional<StoredCheckpoint> checkpoint_;
    std::optional<Replay> replay_;
    std::optional<Assembly> assembly_;

    SteadyClock::time_point started_{}, next_checkpoint_{}, next_progress_{};
    std::optional<SteadyClock::time_point> stopping_since_, aborted_since_;
    std::vector<std::string> hanging_;
    bool timed_out_ = false;
    // Written by this thread, read by any.
    std::atomic<std::uint64_t> checkpoints_{0};
    std::atomic<std::uint64_t> last_checkpoint_{0};
    std::atomic<std::int64_t> last_checkpoint_at_{0};
    std::mutex failures_mutex_;
    std::vector<std::string> failures_;
};

}  // namespace

RunResult run(Plan& plan, RunControl& control, const RunOptions& options) {
    auto run = std::make_unique<Run>(plan, control.state(), options);
    run->supervise();
    RunResult result = run->result();
    if (run->leave_behind()) {
        result.hangs = true;
        // Threads inside a node that does not return still use it, so it stays, and in reach.
        static std::mutex mutex;
        static auto* const left_behind = new std::vector<std::unique_ptr<Run>>;
        const std::lock_guard lock(mutex);
        left_behind->push_back(std::move(run));
    }
    return result;
}

}  // namespace tsflow
