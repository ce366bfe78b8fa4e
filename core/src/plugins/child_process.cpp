#include "plugins/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "tsflow/error.hpp"

#include <fmt/format.h>

namespace tsflow {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t most_output = 64 << 10;

[[noreturn]] void fail(std::string_view action, int code) {
    throw Error(fmt::format("{} failed: {}", action, std::strerror(code)));
}

class Descriptor {
public:
    explicit Descriptor(int number = -1) noexcept : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor() { close(); }
    void close() noexcept {
        if (number_ >= 0) {
            ::close(std::exchange(number_, -1));
        }
    }
    int number() const noexcept { return number_; }

private:
    int number_;
};

struct Pipe {
    Descriptor read, write;
    Pipe() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            fail("pipe", errno);
        }
        read = Descriptor{ends[0]};
        write = Descriptor{ends[1]};
        ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    }
};

/// How the child is to start: own process group, no signal blocked, output into the pipes.
class SpawnSettings {
public:
    SpawnSettings(const Pipe& out, const Pipe& err) {
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawnattr_init(&attributes);
        sigset_t none;
        ::sigemptyset(&none);
        check(::posix_spawnattr_setsigmask(&attributes, &none));
        check(::posix_spawnattr_setpgroup(&attributes, 0));
        check(::posix_spawnattr_setflags(&attributes,
                                         POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP));
        check(::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0));
        check(::posix_spawn_file_actions_adddup2(&actions, out.write.number(), STDOUT_FILENO));
        check(::posix_spawn_file_actions_adddup2(&actions, err.write.number(), STDERR_FILENO));
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;
    ~SpawnSettings() {
        ::posix_spawnattr_destroy(&attributes);
        ::posix_spawn_file_actions_destroy(&actions);
    }

    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;

private:
    static void check(int code) {
        if (code != 0) {
            fail("preparing a process", code);
        }
    }
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> list;
    list.reserve(texts.size() + 1);
    for (const std::string& text : texts) {
        list.push_back(const_cast<char*>(text.c_str()));  // posix_spawn does not write to them
    }
    return list;
}

pid_t spawn(const std::vector<std::string>& arguments, const std::vector<std::string>& environment,
            const Pipe& out, const Pipe& err) {
    std::vector<char*> argv = pointers(arguments);
    argv.push_back(nullptr);
    std::vector<char*> envp = pointers(environment);
    for (char** entry = environ; *entry != nullptr; ++entry) {
        envp.push_back(*entry);
    }
    envp.push_back(nullptr);

    const SpawnSettings settings(out, err);
    pid_t child = 0;
    const int code = ::posix_spawn(&child, argv[0], &settings.actions, &settings.attributes,
                                   argv.data(), envp.data());
    if (code != 0) {
        fail(fmt::format("starting '{}'", arguments.front()), code);
    }
    return child;
}

/// Ends the child and all that it left in its process group, before its id is free for others.
class Child {
public:
    explicit Child(pid_t id) noexcept : id_(id) {}
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (id_ != 0) {
            end();
        }
    }
    /// The status that it ended with; one that had ended by itself keeps its own.
    int end() noexcept {
        int status = 0;
        ::kill(-id_, SIGKILL);
        while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
        }
        id_ = 0;
        return status;
    }
    pid_t id() const noexcept { return id_; }

private:
    pid_t id_;
};

/// Takes what is there without waiting.
void drain(Descriptor& from, std::string& into) {
    std::array<char, 4096> buffer{};
    while (true) {
        const ssize_t got = ::read(from.number(), buffer.data(), buffer.size());
        if (got > 0) {
            const std::size_t room = most_output - into.size();
            into.append(buffer.data(), std::min(room, static_cast<std::size_t>(got)));
        } else if (got < 0 && errno == EINTR) {
            continue;
        } else {
            if (got == 0) {
                from.close();  // a closed descriptor is not polled again
            }
            return;
        }
    }
}

}  // namespace

ChildResult run_child(const std::vector<std::string>& arguments,
                      const std::vector<std::string>& environment,
                      std::chrono::milliseconds timeout) {
    const SteadyClock::time_point deadline = SteadyClock::now() + timeout;
    Pipe out, err;
    Child child(spawn(arguments, environment, out, err));
    out.write.close();
    err.write.close();
    const Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, child.id(), 0)));
    if (handle.number() < 0) {
        fail("pidfd_open", errno);
    }

    ChildResult result;
    while (true) {
        std::array<pollfd, 3> waiting{{{handle.number(), POLLIN, 0},
                                       {out.read.number(), POLLIN, 0},
                                       {err.read.number(), POLLIN, 0}}};
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now());
        result.timed_out = left.count() <= 0;
        if (!result.timed_out) {
            ::poll(waiting.data(), waiting.size(), static_cast<int>(left.count()));
        }
        drain(out.read, result.out);
        drain(err.read, result.err);
        if (result.timed_out || waiting[0].revents != 0) {
            break;
        }
    }
    const int status = child.end();
    drain(out.read, result.out);
    drain(err.read, result.err);
    if (result.timed_out) {
        return result;
    }
    if (WIFSIGNALED(status)) {
        result.signal = WTERMSIG(status);
    } else {
        result.exit_code = WEXITSTATUS(status);
    }
    return result;
}

}  // namespace tsflow
