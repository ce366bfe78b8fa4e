#pragma once

#include <chrono>

#include "runtime/journaled_source.hpp"
#include "runtime/running_node.hpp"
#include "runtime/tick_schedule.hpp"

namespace tsflow {

/// A source at work: the head of a stage without an inbox.
class RunningSource final : public RunningNode {
public:
    RunningSource(std::size_t index, PlannedNode& plan, NodeContext& context,
                  DeadLetters& dead_letters, StageState& stage, RunState& run,
                  Duration idle_timeout, std::uint64_t last_barrier);

    /// The stage's whole life: polls until the end, sends the barriers, sends the end. Between polls
    /// `schedule` calls the stage's transforms.
    void run(TickSchedule& schedule);

    void receive(std::uint32_t, Batch) override {}
    void restore(std::string_view bytes) override;
    void start_anew() override;

private:
    using SteadyTime = std::chrono::steady_clock::time_point;

    void advance(Timestamp) override {}
    void checkpoint(const Barrier&) override {}
    void finish() override {}
    NodeState position();
    void send_barrier(std::uint64_t epoch);
    /// The barriers of all epochs that are announced and not dropped meanwhile.
    void send_announced();
    bool poll_once();
    void mind_idleness(bool emitted);
    void note_progress();

    Source& source_ = *plan_.source();
    JournaledSource* const journaled_ = dynamic_cast<JournaledSource*>(plan_.node.get());
    const bool live_ = journaled_ != nullptr ? journaled_->live() : !source_.replayable();
    Duration idle_timeout_;
    std::uint64_t last_barrier_;
    SteadyTime last_emit_;
    SteadyTime next_progress_;
    bool idle_ = false;
};

}  // namespace tsflow
