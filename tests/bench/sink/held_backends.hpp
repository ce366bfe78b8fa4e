#pragma once

#include <condition_variable>
#include <exception>
#include <mutex>
#include <stop_token>
#include <thread>

namespace tsflow::bench {

/// While it lives, each process of the server that serves a client gets `share` of a core and no more (by the
/// kernel's SCHED_DEADLINE, which needs root), so that a machine with two cores has cores for two of them
/// and for the client: slow ones, but enough.
class HeldBackends {
public:
    /// Throws Error where the kernel does not let it.
    explicit HeldBackends(double share);
    HeldBackends(const HeldBackends&) = delete;
    HeldBackends& operator=(const HeldBackends&) = delete;

    /// How many processes were held. Throws what kept others from it.
    int stop();

private:
    void hold_new_ones(const std::stop_token& stop);

    const double share_;
    int held_ = 0;
    std::exception_ptr failure_;
    std::mutex mutex_;
    std::condition_variable_any stopped_;
    std::jthread thread_;  // last: it uses all of the above
};

}  // namespace tsflow::bench
