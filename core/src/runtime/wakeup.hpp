#pragma once

#include <cerrno>
#include <chrono>
#include <ctime>

#include <semaphore.h>

namespace tsflow {

/// Wakes one thread up that sleeps, once for each call of wake(). A semaphore of the system and no
/// condition variable: one of those takes its mutex again in a way that makes the next unlock another
/// call of the kernel, with what was waited for held up meanwhile. (That of the standard library yields
/// the core several times before it sleeps.)
class Wakeup {
public:
    Wakeup() { ::sem_init(&semaphore_, 0, 0); }
    Wakeup(const Wakeup&) = delete;
    Wakeup& operator=(const Wakeup&) = delete;
    ~Wakeup() { ::sem_destroy(&semaphore_); }

    /// Any thread.
    void wake() noexcept { ::sem_post(&semaphore_); }
    void sleep() noexcept {
        while (::sem_wait(&semaphore_) != 0) {  // a signal's handler ran
        }
    }
    /// False when nobody called before `until`.
    bool sleep_until(std::chrono::steady_clock::time_point until) noexcept {
        const auto since_start = until.time_since_epoch();
        const auto seconds = std::chrono::floor<std::chrono::seconds>(since_start);
        const std::chrono::nanoseconds rest = since_start - seconds;
        const std::timespec at{seconds.count(), rest.count()};
        while (::sem_clockwait(&semaphore_, CLOCK_MONOTONIC, &at) != 0) {
            if (errno != EINTR) {
                return false;
            }
        }
        return true;
    }

private:
    sem_t semaphore_{};
};

}  // namespace tsflow
