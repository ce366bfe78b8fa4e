#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/coordinator.hpp"
#include "runtime/inbox.hpp"
#include "runtime/metrics.hpp"
#include "runtime/node_context.hpp"
#include "runtime/plan.hpp"
#include "runtime/tap.hpp"
#include "runtime/ticks.hpp"

namespace tsflow {

class RunningNode;

/// What the nodes of one stage share; touched by the stage's thread only.
struct StageState {
    RunningNode* current = nullptr;  ///< whose time is running
    std::int64_t since = 0;          ///< ticks
    std::int64_t ingested = 0;       ///< when the batch now on its way left its source
};

std::int64_t steady_now() noexcept;

/// What all nodes of a run share.
struct RunState {
    Coordinator& coordinator;
    RunControl::State& control;
    Log& log;
    /// Called by a node that failed, on its stage's thread.
    std::function<void(const RunningNode&, const std::string& message)> on_failure;
    /// In a replay the positions at which the sources stand still, which all barriers carry.
    std::optional<std::map<std::string, std::string>> standing;
};

/// A node at work: its place in the graph, its watermark and barriers, its figures. It is the emitter
/// that the node's own code sees. All methods but `metrics()` belong to the stage's thread.
///
/// Each edge that ends here is a slot. Of the live slots, the watermark is the least one, a barrier
/// passes when it has come on all, and the input is over when all have ended.
class RunningNode : public Emitter {
public:
    RunningNode(std::size_t index, PlannedNode& plan, NodeContext& context,
                DeadLetters& dead_letters, StageState& stage, RunState& run);
    RunningNode(const RunningNode&) = delete;
    RunningNode& operator=(const RunningNode&) = delete;
    virtual ~RunningNode();

    // Wiring, before the start.
    std::uint32_t add_slot(std::size_t input);
    /// A call edge to `node`, or with `inbox` a queue edge into its stage's lane `slot`.
    void add_target(std::size_t port, RunningNode& node, std::uint32_t slot, Inbox* inbox);

    // From upstream.
    virtual void receive(std::uint32_t slot, Batch batch) = 0;
    /// The stage that this node heads is done with a batch that left its source at `ingested`.
    void done_since(std::int64_t ingested) noexcept;
    void on_watermark(std::uint32_t slot, Timestamp time);
    void on_idle(std::uint32_t slot);
    /// What a barrier means for the edges that end here.
    enum class Alignment : std::uint8_t {
        ignored,  ///< of an epoch that another slot has gone past, because it was dropped meanwhile
        waits,    ///< this slot is ahead of others by a barrier now
        ahead,    ///< it is the only one that is: those that waited for an older barrier need not
        passed    ///< the barrier has come on all live slots and has passed on
    };
    Alignment on_barrier(std::uint32_t slot, const BarrierPtr& barrier);
    /// True when it was the last slot that ended.
    bool on_end(std::uint32_t slot);
    bool over() const noexcept { return over_; }
    /// True while a barrier has come on some of the slots only.
    bool at_barrier() const noexcept { return barrier_.id != 0; }

    // Emitter, for the node's own code.
    void emit(Batch batch, std::size_t port) final;
    void watermark(Timestamp time) final;

    /// Marks the node as failed, once: logs, tells the run, and ends its output. What still comes in is
    /// taken and dropped, so that nobody waits for it.
    void fail(const std::string& message);

    // Start and restart.
    void open();
    virtual void restore(std::string_view bytes) = 0;
    /// When there is nothing to restore.
    virtual void start_anew() {}
    const PlannedNode& plan() const noexcept { return plan_; }
    DeadLetters& dead_letters() noexcept { return dead_letters_; }
    NodeContext& context() noexcept { return context_; }

    // Any thread.
    NodeMetrics metrics() const;
    TapPoint& tap_point(std::size_t port) { return taps_.at(port); }

protected:
    /// Runs the node's own code; an exception marks the node as failed. False when it failed.
    template <class Call>
    bool guarded(Call&& call);
    /// As above, but a RetryableError leads to another try after a pause.
    template <class Call>
    bool retried(Call&& call);
    void count_in(const Batch& batch) noexcept;
    std::size_t input_of(std::uint32_t slot) const noexcept { return slots_[slot].input; }
    bool failed() const noexcept { return failed_.load(std::memory_order_relaxed); }
    /// The node's state with its dead letters made durable.
    NodeState state(std::string bytes);
    void forward(const Message& message);
    void send_end();
    /// What the node does when the watermark, a barrier, the end has come on all inputs.
    virtual void advance(Timestamp time) = 0;
    virtual void checkpoint(const Barrier& barrier) = 0;
    /// One of several inputs is over, before `finish` when it is the last.
    virtual void finish_input(std::size_t /*input*/) {}
    virtual void finish() = 0;

    const std::size_t index_;
    PlannedNode& plan_;
    NodeContext& context_;
    DeadLetters& dead_letters_;
    StageState& stage_;
    RunState& run_;

    /// Of how long something took; one thread counts, any reads.
    class Latencies {
    public:
        /// `since`: steady_now() when it began.
        void count(std::int64_t since) noexcept;
        LatencyHistogram read() const noexcept;

    private:
        std::array<std::atomic<std::uint64_t>, LatencyHistogram::size> buckets_{};
        std::atomic<std::int64_t> total_{0};
    };

    /// Figures; written by the stage's thread, read by any.
    struct Figures {
        std::atomic<std::uint64_t> rows_in{0}, batches_in{0}, bytes_in{0};
        std::atomic<std::uint64_t> rows_out{0}, batches_out{0}, bytes_out{0};
        std::atomic<std::uint64_t> retries{0};
        std::atomic<std::int64_t> busy{0};  // ticks
        std::atomic<std::int64_t> watermark{0};
        std::atomic<std::uint64_t> progress_done{0}, progress_total{0};
        Latencies latency, commit;
    };
    Figures figures_;
    /// True while the node is a source that the coordinator counts on.
    bool active_source_ = false;

private:
    friend class Lap;
    struct Slot {
        std::size_t input = 0;
        std::int64_t watermark = 0;
        bool promised = false;  // has a watermark
        bool idle = false;
        bool at_barrier = false;
        bool ended = false;
    };
    struct Target {
        RunningNode* node;
        std::uint32_t slot;
        Inbox* inbox;
    };
    void send(const Target& target, Batch batch);
    void update_watermark();
    bool pass_barrier_if_aligned();
    bool wait_before_retry(class Backoff& backoff, const std::string& message);

    std::vector<Slot> slots_;
    std::vector<std::vector<Target>> outputs_;
    std::vector<TapPoint> taps_;          // by port
    std::atomic<std::int64_t> promised_;  // the least watermark over the live slots
    std::int64_t emitted_;                // the last one passed on
    Barrier barrier_;                     // under way: id and the positions so far
    const std::int64_t made_at_;          // ticks
    bool idle_ = false;
    bool end_sent_ = false;
    bool over_ = false;
    std::atomic<bool> failed_{false};
    std::minstd_rand random_;
};

/// Charges the time of a scope to a node, and stops the clock of the one around it. Null: to nobody.
class Lap {
public:
    Lap(StageState& stage, RunningNode* node) noexcept;
    ~Lap();
    Lap(const Lap&) = delete;
    Lap& operator=(const Lap&) = delete;

private:
    StageState& stage_;
    RunningNode* outer_;
};

template <class Call>
bool RunningNode::guarded(Call&& call) {
    try {
        const Lap lap(stage_, this);
        call();
        return true;
    } catch (const Cancelled&) {
        throw;
    } catch (const std::exception& error) {
        fail(error.what());
    } catch (...) {
        fail("threw something that is no std::exception");
    }
    return false;
}

}  // namespace tsflow
