#pragma once

#include <functional>
#include <thread>

namespace tsflow::cli {

/// Takes SIGINT and SIGTERM for as long as it lives and calls `on_signal` for each, on a thread of its
/// own, with how many there were so far (from 1). Made before other threads are started, which inherit
/// that these signals do not interrupt them.
class Signals {
public:
    explicit Signals(std::function<void(int count)> on_signal);
    ~Signals();
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

private:
    void wait();
    std::function<void(int)> on_signal_;
    int signals_;
    int end_;
    std::thread thread_;
};

}  // namespace tsflow::cli
