#include "held_backends.hpp"

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <system_error>

#include <sys/syscall.h>
#include <unistd.h>

#include "connection.hpp"
#include "server.hpp"
#include "tsflow/error.hpp"

namespace tsflow::bench {
namespace {

// Short beside a transaction, so that none is held for long while another waits for its lock.
constexpr std::chrono::nanoseconds period = std::chrono::milliseconds{2};
constexpr std::chrono::milliseconds between_looks{20};

/// The kernel's struct sched_attr (sched_setattr(2)), which glibc 2.36 does not declare.
struct SchedulingOfDeadlines {
    std::uint32_t size = sizeof(SchedulingOfDeadlines);
    std::uint32_t policy = 6;  // SCHED_DEADLINE
    std::uint64_t flags = 0;
    std::int32_t nice = 0;
    std::uint32_t priority = 0;
    std::uint64_t runtime = 0, deadline = 0, period = 0;  // ns
};

/// Whether the process was there to be held.
bool hold(pid_t process, double share) {
    SchedulingOfDeadlines scheduling;
    scheduling.runtime = static_cast<std::uint64_t>(share * static_cast<double>(period.count()));
    scheduling.deadline = scheduling.period = static_cast<std::uint64_t>(period.count());
    if (::syscall(SYS_sched_setattr, process, &scheduling, 0U) == 0) {
        return true;
    }
    if (errno == ESRCH) {
        return false;
    }
    throw Error("the kernel gives the server's processes no share of a core, which takes root: " +
                std::system_category().message(errno));
}

}  // namespace

HeldBackends::HeldBackends(double share)
    : share_(share), thread_([this](const std::stop_token& stop) { hold_new_ones(stop); }) {}

int HeldBackends::stop() {
    thread_.request_stop();
    thread_.join();
    if (failure_) {
        std::rethrow_exception(failure_);
    }
    return held_;
}

void HeldBackends::hold_new_ones(const std::stop_token& stop) {
    try {
        timescale::Connection connection({.url = Secret{server_url()}});
        std::set<std::string, std::less<>> seen;
        while (!stop.stop_requested()) {
            const timescale::Answer others = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> "
                "pg_backend_pid()");
            for (std::size_t row = 0; row < others.rows(); ++row) {
                const std::string process{others.text(row, 0)};
                if (seen.insert(process).second && hold(std::stoi(process), share_)) {
                    ++held_;
                }
            }
            // The server tells nobody of its new processes.
            std::unique_lock lock(mutex_);
            stopped_.wait_for(lock, stop, between_looks, [] { return false; });
        }
    } catch (...) {
        failure_ = std::current_exception();
    }
}

}  // namespace tsflow::bench
