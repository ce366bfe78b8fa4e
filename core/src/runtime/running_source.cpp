#include "runtime/running_source.hpp"

#include <utility>

#include "runtime/retried.hpp"

namespace tsflow {
namespace {

/// How long a poll may wait: so long may a barrier or a stop be delayed.
constexpr Millis longest_poll{20};
constexpr std::chrono::milliseconds progress_every{200};

}  // namespace

RunningSource::RunningSource(std::size_t index, PlannedNode& plan, NodeContext& context,
                             DeadLetters& dead_letters, StageState& stage, RunState& run,
                             Duration idle_timeout, std::uint64_t last_barrier)
    : RunningNode(index, plan, context, dead_letters, stage, run),
      idle_timeout_(idle_timeout),
      last_barrier_(last_barrier),
      last_emit_(std::chrono::steady_clock::now()),
      next_progress_(last_emit_) {
    active_source_ = true;
}

NodeState RunningSource::position() {
    StateWriter bytes;
    if (source_.replayable()) {
        source_.position(bytes);
    }
    return state(bytes.bytes());
}

void RunningSource::send_barrier(std::uint64_t epoch) {
    last_barrier_ = epoch;
    NodeState at;
    if (!retried([&] { at = position(); })) {
        return;
    }
    Message message;
    message.kind = Message::Kind::barrier;
    Barrier barrier{epoch, {{plan_.spec.path, at.bytes}}};
    if (run_.standing) {
        barrier.positions = *run_.standing;
    }
    message.barrier = std::make_shared<const Barrier>(std::move(barrier));
    run_.coordinator.report(index_, epoch, std::move(at));
    forward(message);
}

void RunningSource::send_announced() {
    if (run_.coordinator.announced() == last_barrier_) {
        return;
    }
    while (const auto epoch = run_.coordinator.next_barrier(last_barrier_)) {
        send_barrier(*epoch);
        if (failed()) {
            return;
        }
    }
}

void RunningSource::note_progress() {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_progress_) {
        return;
    }
    next_progress_ = now + progress_every;
    if (const auto progress = source_.progress()) {
        figures_.progress_done.store(progress->done, std::memory_order_relaxed);
        figures_.progress_total.store(progress->total, std::memory_order_relaxed);
    }
}

void RunningSource::mind_idleness(bool emitted) {
    const auto now = std::chrono::steady_clock::now();
    if (emitted) {
        last_emit_ = now;
        idle_ = false;
        return;
    }
    if (now - last_emit_ < idle_timeout_) {
        return;
    }
    if (live_) {
        // Event time of a live source follows the clock, so windows may close without rows.
        const Timestamp time = context_.clock().now() - idle_timeout_;
        if (journaled_ == nullptr || journaled_->promise(time)) {
            watermark(time);
        }
    }
    if (!std::exchange(idle_, true)) {
        Message message;
        message.kind = Message::Kind::idle;
        forward(message);
    }
}

bool RunningSource::poll_once() {
    Poll result = Poll::done;
    const std::uint64_t before = figures_.batches_out.load(std::memory_order_relaxed);
    const bool polled = retried([&] {
        result = source_.poll(*this, longest_poll);
        if (result == Poll::idle) {
            stage_.since = ticks();  // it waited, so nobody was busy
        }
    });
    mind_idleness(figures_.batches_out.load(std::memory_order_relaxed) != before);
    note_progress();
    return polled && result != Poll::done;
}

void RunningSource::run(TickSchedule& schedule) {
    bool more = true;
    for (;;) {
        if (run_.control.aborted()) {
            throw Cancelled{};
        }
        send_announced();
        if (failed()) {
            return;  // the end was sent when it failed
        }
        const bool stop = run_.control.stopping();
        if (more && !stop) {
            more = poll_once();
            if (schedule.next()) {
                schedule.tick(std::chrono::steady_clock::now());
            }
            continue;
        }
        const auto barrier = run_.coordinator.end_source(last_barrier_, stop);
        if (!barrier) {
            break;
        }
        send_barrier(*barrier);
    }
    active_source_ = false;
    next_progress_ = {};
    note_progress();
    if (retried([&] { run_.coordinator.ended(index_, position()); })) {
        send_end();
    }
}

void RunningSource::restore(std::string_view bytes) {
    if (journaled_ != nullptr) {
        journaled_->restore(bytes);
        return;
    }
    const std::optional<std::string> own = JournaledSource::unwrapped(bytes);
    if (own) {
        context_.log(
            Level::warning,
            live_ ? "has no journal any more: what it holds behind the last checkpoint is not "
                    "replayed"
                  : "has no journal any more: goes on from its own position");
    }
    if (source_.replayable()) {
        StateReader state(own ? *own : bytes);
        source_.resume(state);
    }
}

void RunningSource::start_anew() {
    if (journaled_ != nullptr) {
        journaled_->start_anew();
    }
}

}  // namespace tsflow
