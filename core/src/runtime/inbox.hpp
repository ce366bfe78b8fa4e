#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/pipeline_spec.hpp"
#include "runtime/message.hpp"
#include "runtime/spill.hpp"
#include "runtime/wakeup.hpp"

namespace tsflow {

/// The queue in front of a stage: one lane for each edge that ends here, one consumer. A lane is bounded
/// in batches and bytes. With `block` the bound includes what the consumer has taken out and is working
/// on, so it is the most that is ever held; the other policies count what waits. Control messages
/// always fit, so that a barrier is never held up by a full lane.
///
/// A full lane whose policy is `spill` goes on on disk: from then on everything that comes is put there,
/// and it is served from there when what is in memory has been, until all has been taken. Only when the
/// disk does not take it either does the producer wait.
///
///     producer A ──push──▶ lane 0 ┐
///     producer B ──push──▶ lane 1 ┴──take──▶ stage        (in order of arrival)
class Inbox {
public:
    struct LaneMetrics {
        std::size_t depth = 0;
        std::uint64_t bytes = 0;
        std::uint64_t rows = 0;
        std::uint64_t dropped_rows = 0;
        std::int64_t blocked_ns = 0;
        std::uint64_t spilled_rows = 0, spilled_bytes = 0;  ///< that went over the disk, in total
        std::uint64_t refused = 0;     ///< how often the disk did not take what was to go there
        std::uint64_t disk_bytes = 0;  ///< on disk now
    };
    /// Makes the part of a lane that is on disk, each time that it is needed. Throws IoError.
    using MakeSpill = std::function<std::unique_ptr<Spill>()>;
    /// Hears that the disk does not take what was to go there, and why; and, with an empty reason, that the
    /// producer need not wait any more.
    using TellRefused = std::function<void(const std::string& reason)>;

    using SteadyTime = std::chrono::steady_clock::time_point;
    using Wanted = std::function<bool(std::uint64_t epoch)>;
    /// `wanted` tells of an epoch whether its barrier still matters. Of barriers without rows between them
    /// those that do not are dropped, so that they do not pile up in front of a consumer that is down.
    explicit Inbox(Wanted wanted = [](std::uint64_t) { return true; })
        : wanted_(std::move(wanted)) {}

    /// Before any other call; returns the lane's number.
    std::size_t add_lane(const QueueSpec& queue, MakeSpill make_spill = {},
                         TellRefused tell_refused = {});

    /// Into lane `index`; any thread, one at a time for each lane. Blocks or drops by the lane's policy; throws Cancelled
    /// after abort().
    void push(std::size_t index, Message message);

    /// The consumer's thread, when it is done with what it took before: waits for messages of lanes that
    /// are not held and moves them to the end of `out`; of a lane that blocks at most half its bound, so
    /// that producer and consumer can work at the same time. Nothing is moved when nothing came before
    /// `until`. False after abort(). Throws Error when what was on disk is damaged.
    bool take(std::vector<Message>& out, std::optional<SteadyTime> until = std::nullopt);
    /// Keeps what arrives on this lane back, until release(): it is ahead of the others by a barrier.
    void hold(std::size_t lane);
    void release();

    /// Wakes everyone up for good; any thread.
    void abort();

    LaneMetrics metrics(std::size_t index) const;

private:
    struct Entry {
        std::uint64_t arrival;
        Message message;
    };
    struct Lane {
        QueueSpec queue;
        std::deque<Entry> entries;
        std::size_t batches = 0;  // waiting
        std::uint64_t bytes = 0;
        std::size_t batches_taken = 0;  // by the last take()
        std::uint64_t bytes_taken = 0;
        bool held = false;
        std::uint64_t rows = 0;
        std::uint64_t dropped_rows = 0;
        std::int64_t blocked_ns = 0;

        MakeSpill make_spill;
        TellRefused tell_refused;
        std::unique_ptr<Spill> spill;  // while there is anything on disk, or about to be
        std::size_t spilled = 0;       // messages there, the one that is being put included
        std::size_t ready = 0;         // of these, those that can be taken
        std::uint64_t spilled_rows = 0, spilled_bytes = 0, refused = 0, disk_bytes = 0;
    };
    /// What take() gets out of one lane's disk.
    struct FromDisk {
        std::size_t lane;
        std::size_t most;  // messages
        std::vector<Message> messages;
        std::size_t batches = 0;
        std::uint64_t bytes = 0;
    };

    static bool counts_taken(const Lane& lane) noexcept;
    static bool full(const Lane& lane, const Message& message);
    static void drop_oldest(Lane& lane);
    /// Merges the waiting rows into `message`; returns a watermark that now belongs behind it.
    static std::optional<Message> conflate_with(Lane& lane, Message& message);
    static void count_in(Lane& lane, const Message& message);
    static void count_out(Lane& lane, const Message& message);
    bool anything() const;
    /// False when nothing came before `until`.
    bool await_filling(std::optional<SteadyTime> until, std::unique_lock<std::mutex>& lock);
    static void take_from(Lane& lane, std::vector<Entry>& out);
    void append(Lane& lane, Message message);
    void wake_consumer(const Lane& lane, std::unique_lock<std::mutex>& lock);
    bool goes_to_disk(const Lane& lane, const Message& message) const;
    void put_on_disk(Lane& lane, Message message, std::unique_lock<std::mutex>& lock);
    static std::optional<std::string> try_to_put(Lane& lane, const Message& message);
    void read(FromDisk& from);
    void take_from_disk(std::vector<FromDisk>& from, std::vector<Message>& out,
                        std::unique_lock<std::mutex>& lock);
    void drop_unwanted_barriers(Lane& lane);

    const Wanted wanted_;
    mutable std::mutex mutex_;
    Wakeup filled_;
    std::condition_variable emptied_;
    std::vector<Lane> lanes_;
    std::vector<Entry> taken_;  // the consumer's, kept for its capacity
    std::uint64_t arrivals_ = 0;
    bool consumer_waits_ = false;
    std::size_t producers_wait_ = 0;
    bool aborted_ = false;
};

}  // namespace tsflow
