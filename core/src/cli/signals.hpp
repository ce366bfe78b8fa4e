#pragma once

#include <functional>
#include <thread>

namespace tsflow::cli {

/// Takes the signals that steer a run for as long as it lives: calls `on_stop` for each SIGINT and
/// SIGTERM, with how many there were so far (from 1), and `on_reload` for each SIGHUP, on a thread of its
/// own. Made before other threads are started, which inherit that these signals do not interrupt them.
class Signals {
public:
    Signals(std::function<void(int count)> on_stop, std::function<void()> on_reload);
    ~Signals();
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

private:
    void wait();
    std::function<void(int)> on_stop_;
    std::function<void()> on_reload_;
    int signals_;
    int end_;
    std::thread thread_;
};

}  // namespace tsflow::cli
