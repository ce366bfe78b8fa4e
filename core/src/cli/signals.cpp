#include "cli/signals.hpp"

#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace tsflow::cli {
namespace {

sigset_t taken_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    return set;
}

int checked(int fd) {
    if (fd < 0) {
        throw std::system_error(errno, std::generic_category(), "cannot wait for signals");
    }
    return fd;
}

}  // namespace

Signals::Signals(std::function<void(int)> on_stop, std::function<void()> on_reload)
    : on_stop_(std::move(on_stop)), on_reload_(std::move(on_reload)) {
    const sigset_t set = taken_signals();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    // A reader that went away is told by write()'s error, not by a signal.
    std::signal(SIGPIPE, SIG_IGN);
    signals_ = checked(::signalfd(-1, &set, SFD_CLOEXEC));
    end_ = checked(::eventfd(0, EFD_CLOEXEC));
    thread_ = std::thread([this] { wait(); });
}

void Signals::wait() {
    int count = 0;
    for (;;) {
        pollfd fds[] = {{signals_, POLLIN, 0}, {end_, POLLIN, 0}};
        if (::poll(fds, 2, -1) < 0) {
            continue;  // EINTR
        }
        if (fds[1].revents != 0) {
            return;
        }
        signalfd_siginfo info{};
        if (::read(signals_, &info, sizeof(info)) != static_cast<ssize_t>(sizeof(info))) {
            continue;
        }
        if (info.ssi_signo == SIGHUP) {
            on_reload_();
        } else {
            on_stop_(++count);
        }
    }
}

Signals::~Signals() {
    ::eventfd_write(end_, 1);
    thread_.join();
    ::close(signals_);
    ::close(end_);
    const sigset_t set = taken_signals();
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace tsflow::cli
