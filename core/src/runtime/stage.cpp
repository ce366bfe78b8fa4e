#include "runtime/stage.hpp"

#include <algorithm>
#include <utility>

#include <pthread.h>

#include "runtime/running_source.hpp"

namespace tsflow {

Stage::~Stage() {
    if (thread_.joinable()) {
        thread_.join();
    }
}

void Stage::add_ticking(RunningTransform& node) {
    ticks_.add(node, std::chrono::steady_clock::now());
}

void Stage::start(RunControl::State& control) {
    thread_ = std::thread([this, &control] { run(control); });
    constexpr std::size_t longest_thread_name = 15;
    ::pthread_setname_np(thread_.native_handle(), name_.substr(0, longest_thread_name).c_str());
}

void Stage::join() {
    thread_.join();
}

void Stage::detach() {
    thread_.detach();
}

void Stage::run(RunControl::State& control) {
    try {
        if (source_ != nullptr) {
            source_->run(ticks_);
        } else {
            serve_inbox();
        }
    } catch (const Cancelled&) {
        // The run was aborted: nothing further is handed on, nothing committed.
    } catch (const std::exception& error) {
        // Not out of a node's own code, which is guarded: memory ran out, for one.
        (source_ != nullptr ? static_cast<RunningNode*>(source_) : head_)->fail(error.what());
    }
    ended_.store(true, std::memory_order_release);
    control.ring();
}

void Stage::serve_inbox() {
    std::vector<Message> messages;
    while (!head_->over()) {
        messages.clear();
        if (!inbox_.take(messages, ticks_.next())) {
            return;
        }
        dispatch(messages);
        if (ticks_.next()) {
            ticks_.tick(std::chrono::steady_clock::now());
        }
    }
}

void Stage::dispatch(std::vector<Message>& messages) {
    for (Message& message : messages) {
        if (message.lane < held_.size() && held_[message.lane]) {
            stash_.push_back(std::move(message));
            continue;
        }
        if (deliver(message)) {
            std::vector<Message> stashed = std::exchange(stash_, {});
            dispatch(stashed);
        }
    }
}

void Stage::hold(std::uint32_t lane) {
    held_.resize(std::max<std::size_t>(held_.size(), lane + 1));
    held_[lane] = true;
    inbox_.hold(lane);
}

bool Stage::release() {
    if (held_.empty()) {
        return false;
    }
    held_.clear();
    inbox_.release();
    return true;
}

bool Stage::align(const Message& message) {
    switch (head_->on_barrier(message.lane, message.barrier)) {
        case RunningNode::Alignment::ignored:
            return false;
        case RunningNode::Alignment::waits:
            hold(message.lane);
            return false;
        case RunningNode::Alignment::ahead:
            release();
            hold(message.lane);
            return true;
        case RunningNode::Alignment::passed:
            return release();
    }
    return false;
}

bool Stage::deliver(Message& message) {
    switch (message.kind) {
        case Message::Kind::batch:
            state_.ingested = message.ingested;
            head_->receive(message.lane, std::move(message.batch));
            head_->done_since(message.ingested);
            return false;
        case Message::Kind::watermark:
            head_->on_watermark(message.lane, message.time);
            return false;
        case Message::Kind::idle:
            head_->on_idle(message.lane);
            return false;
        case Message::Kind::barrier:
            return align(message);
        case Message::Kind::end:
            head_->on_end(message.lane);
            // The lane that ended may have been the last one that others were held for.
            return !head_->at_barrier() && release();
    }
    return false;
}

}  // namespace tsflow
