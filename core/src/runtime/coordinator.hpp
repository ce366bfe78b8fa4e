#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "runtime/checkpoint_store.hpp"

namespace tsflow {

/// Runs the checkpoints: one epoch at a time. The host announces it, each active source answers with a
/// barrier between two polls, every node reports its state when the barriers have reached it, and when
/// all have, the host stores the epoch and only then starts the next.
///
///     idle ──announce──▶ under way ──all reported──▶ complete ──stored──▶ idle
///
/// Nodes that have ended report once more, for good: after its end a node's state no longer changes.
/// The last sources to end do so behind a barrier of their own, the final epoch, so that what finish()
/// emits is no part of the last checkpoint and is emitted anew when more input follows in a later run.
class Coordinator {
public:
    /// `last_id` is the id of the checkpoint that the run started from, or 0. Unless it `records`,
    /// epochs only make sinks commit. `ring` is called when an epoch has become complete.
    Coordinator(std::size_t nodes, std::size_t sources, std::uint64_t last_id, bool records,
                std::function<void()> ring);

    // The host's thread.

    /// Announces an epoch unless one is under way or no source is left.
    void announce();
    /// The states of the complete epoch, by node; nothing unless it is complete. Followed by stored().
    struct Epoch {
        std::uint64_t id;
        std::vector<std::optional<NodeState>> nodes;
        bool recorded;  ///< false when a node has failed: then nothing may be stored
    };
    std::optional<Epoch> complete() const;
    void stored();

    // Stages' threads.

    /// The epoch announced last; a source compares it with its last barrier's.
    std::uint64_t announced() const noexcept { return announced_.load(std::memory_order_acquire); }
    /// A source has no more to give (`stop`: because the pipeline stops). Returns the epoch of a
    /// barrier that it must send before it may end, or nothing when it may end now; is to be called
    /// again after that barrier. May wait for the epoch under way to be stored.
    std::optional<std::uint64_t> end_source(std::uint64_t last_barrier, bool stop);
    void report(std::size_t node, std::uint64_t epoch, NodeState state);
    /// The node's state from now on.
    void ended(std::size_t node, NodeState state);
    /// The node has failed: it reports no more, and no further checkpoint is recorded.
    void failed(std::size_t node, bool is_active_source);

    /// True when checkpoints are not, or no longer, recorded.
    bool broken() const noexcept { return broken_.load(std::memory_order_relaxed); }
    void abort();

private:
    void announce_locked();
    void ring_if_complete();
    bool complete_locked() const;

    mutable std::mutex mutex_;
    std::condition_variable idle_;
    std::atomic<std::uint64_t> announced_;
    std::atomic<bool> broken_;
    std::function<void()> ring_;
    std::uint64_t final_ = 0;
    bool under_way_ = false;
    bool aborted_ = false;
    std::size_t active_sources_;
    std::vector<std::optional<NodeState>> reports_;  // of the epoch under way
    std::vector<std::optional<NodeState>> ended_;    // for good
};

}  // namespace tsflow
