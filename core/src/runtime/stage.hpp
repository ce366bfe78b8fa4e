#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "runtime/inbox.hpp"
#include "runtime/running_node.hpp"
#include "runtime/tick_schedule.hpp"

namespace tsflow {

class RunningSource;

/// A thread and what it runs: a source, or an inbox with the node behind it; transforms that ride on
/// them are called by them.
class Stage {
public:
    Stage(std::string name, Inbox::Wanted wanted)
        : name_(std::move(name)), inbox_(std::move(wanted)) {}
    ~Stage();
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    StageState& state() noexcept { return state_; }
    Inbox& inbox() noexcept { return inbox_; }
    const std::string& name() const noexcept { return name_; }

    /// Either one before start(); the node outlives the stage.
    void set_head(RunningSource& source) noexcept { source_ = &source; }
    void set_head(RunningNode& node) noexcept { head_ = &node; }
    /// A transform of this stage, once it is open.
    void add_ticking(RunningTransform& node);

    void start(RunControl::State& control);
    /// True when the thread has come to its end.
    bool ended() const noexcept { return ended_.load(std::memory_order_acquire); }
    void join();
    /// Lets go of a thread that hangs; the process must end without destroying what it uses.
    void detach();

private:
    void run(RunControl::State& control);
    void serve_inbox();
    /// In order; what is ahead of the others by a barrier is stashed until they have caught up.
    void dispatch(std::vector<Message>& messages);
    /// True when lanes were released whose messages may be stashed.
    bool deliver(Message& message);
    bool align(const Message& message);
    void hold(std::uint32_t lane);
    bool release();

    std::string name_;
    StageState state_;
    Inbox inbox_;
    RunningSource* source_ = nullptr;
    RunningNode* head_ = nullptr;
    TickSchedule ticks_;
    std::vector<bool> held_;  // by lane
    std::vector<Message> stash_;
    std::thread thread_;
    std::atomic<bool> ended_{false};
};

}  // namespace tsflow
