#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "runtime/checkpoint_store.hpp"

namespace tsflow {

/// Runs the checkpoints. The host announces an epoch, each active source answers with a barrier between
/// two polls, and every node reports its state when the barriers have reached it. The next epoch does
/// not wait for the last one: a sink that cannot commit holds up only what is stored, not the barriers
/// and commits of its siblings. Stored is the newest epoch that all nodes have reported; older ones are
/// dropped with it.
///
///     announced ──all reported──▶ complete ──take_complete()──▶ stored by the host
///         └──── superseded by a newer complete one, or thinned out ────▶ dropped
///
/// At most `most_outstanding` epochs keep their reports, however long a sink is down: the oldest, which a
/// sink that comes back reaches first, the newest, and some between, evenly spread. A report of a dropped
/// epoch is ignored.
///
/// Nodes that have ended report once more, for good: after its end a node's state no longer changes.
/// The last sources to end do so behind a barrier of their own, the final epoch, so that what finish()
/// emits is no part of the last checkpoint and is emitted anew when more input follows in a later run.
class Coordinator {
public:
    static constexpr std::size_t most_outstanding = 8;

    /// `last_id` is the id of the checkpoint that the run started from, or 0. Unless it `records`,
    /// epochs only make sinks commit. `ring` is called when an epoch has become complete.
    Coordinator(std::size_t nodes, std::size_t sources, std::uint64_t last_id, bool records,
                std::function<void()> ring);

    // The host's thread.

    /// Announces the next epoch unless no source is left.
    void announce();
    /// The states of the newest complete epoch, by node, which is outstanding no longer, nor are older
    /// ones; nothing when none is complete.
    struct Epoch {
        std::uint64_t id;
        std::vector<std::optional<NodeState>> nodes;
        bool recorded;  ///< false when a node has failed: then nothing may be stored
    };
    std::optional<Epoch> take_complete();

    // Stages' threads.

    /// The epoch announced last; a source compares it with its last barrier's.
    std::uint64_t announced() const noexcept { return announced_.load(std::memory_order_acquire); }
    /// The oldest outstanding epoch behind `last_barrier`: the barrier that a source has to send next.
    std::optional<std::uint64_t> next_barrier(std::uint64_t last_barrier) const;
    /// A source has no more to give (`stop`: because the pipeline stops). Returns the epoch of a
    /// barrier that it must send before it may end, or nothing when it may end now; is to be called
    /// again after that barrier.
    std::optional<std::uint64_t> end_source(std::uint64_t last_barrier, bool stop);
    /// True while reports of `epoch` count.
    bool outstanding(std::uint64_t epoch) const;
    void report(std::size_t node, std::uint64_t epoch, NodeState state);
    /// The node's state from now on.
    void ended(std::size_t node, NodeState state);
    /// The node has failed: it reports no more, and no further checkpoint is recorded.
    void failed(std::size_t node, bool is_active_source);

    /// True when checkpoints are not, or no longer, recorded.
    bool broken() const noexcept { return broken_.load(std::memory_order_relaxed); }

private:
    struct Outstanding {
        std::uint64_t id;
        std::vector<std::optional<NodeState>> reports;
    };
    void announce_locked();
    void thin_out();
    std::optional<std::uint64_t> next_locked(std::uint64_t last_barrier) const;
    bool complete(const Outstanding& epoch) const;
    void ring_if_complete();

    mutable std::mutex mutex_;
    std::atomic<std::uint64_t> announced_;
    std::atomic<bool> broken_;
    std::function<void()> ring_;
    std::uint64_t final_ = 0;
    std::size_t active_sources_;
    std::vector<Outstanding> outstanding_;         // ascending
    std::vector<std::optional<NodeState>> ended_;  // for good
};

}  // namespace tsflow
