#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "feed/loop.hpp"

namespace tsflow::massive::test {

/// A loop whose time stands still until it is told, and whose sockets lead nowhere: a test plays the
/// server's part by hand. One thread.
class FakeLoop final : public Loop {
public:
    /// One connection that was asked for.
    struct Line {
        Endpoint endpoint;
        SocketListener* listener = nullptr;  ///< null once the socket is gone
        std::vector<std::string> sent;
        bool closing = false;  ///< the client has said goodbye

        void open() const { listener->on_open(); }
        void hear(std::string_view frame) const {
            listener->on_frame(frame);
            if (listener != nullptr) {
                listener->on_drained();
            }
        }
        void lose(std::string_view why) const { listener->on_closed(why); }
        bool gone() const { return listener == nullptr; }
    };

    void post(Task task) override {
        if (at_once_) {
            task();
        } else {
            posted_.push_back(std::move(task));
        }
    }
    TimerId after(Duration delay, Task task) override {
        const TimerId id = ++last_id_;
        timers_.emplace(std::pair{now_ + delay, id}, std::move(task));
        return id;
    }
    void cancel(TimerId timer) override {
        std::erase_if(timers_, [&](const auto& entry) { return entry.first.second == timer; });
    }
    std::unique_ptr<Socket> connect(const Endpoint& endpoint, SocketListener& listener) override {
        Line& line = lines.emplace_back();
        line.endpoint = endpoint;
        line.listener = &listener;
        return std::make_unique<FakeSocket>(*this, line);
    }

    /// Runs what is posted.
    void settle() {
        while (!posted_.empty()) {
            Task task = std::move(posted_.front());
            posted_.pop_front();
            task();
        }
    }
    /// Lets time pass, timers and posts in order.
    void pass(Duration time) {
        settle();
        const Duration end = now_ + time;
        while (!timers_.empty() && timers_.begin()->first.first <= end) {
            auto first = timers_.extract(timers_.begin());
            now_ = first.key().first;
            first.mapped()();
            settle();
        }
        now_ = end;
    }
    Duration now() const { return now_; }
    /// For the end of a test, when Feed::stop() waits on this very thread: posts run at once, and a
    /// goodbye is answered at once.
    void run_at_once() {
        settle();
        at_once_ = true;
    }

    std::deque<Line> lines;

private:
    class FakeSocket final : public Socket {
    public:
        FakeSocket(FakeLoop& loop, Line& line) : loop_(loop), line_(line) {}
        ~FakeSocket() override { line_.listener = nullptr; }
        void send(std::string message) override { line_.sent.push_back(std::move(message)); }
        void close() override {
            line_.closing = true;
            if (loop_.at_once_) {
                line_.listener->on_closed("closed");
            }
        }

    private:
        FakeLoop& loop_;
        Line& line_;
    };

    bool at_once_ = false;
    Duration now_{};
    TimerId last_id_ = 0;
    std::map<std::pair<Duration, TimerId>, Task> timers_;
    std::deque<Task> posted_;
};

}  // namespace tsflow::massive::test
