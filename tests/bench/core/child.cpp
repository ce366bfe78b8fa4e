#include "child.hpp"

#include <array>
#include <csignal>
#include <cstddef>
#include <utility>

#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tsflow/error.hpp"

namespace tsflow::bench {
namespace {

void use_cores(int first, int end) {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    for (int core = first; core < end; ++core) {
        CPU_SET(static_cast<std::size_t>(core), &cores);
    }
    ::sched_setaffinity(0, sizeof cores, &cores);
}

double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

std::vector<std::string> simulator_command(std::vector<std::string> options) {
    options.insert(options.begin(), {TSFLOW_SIMULATOR, "--synthetic"});
    return options;
}

}  // namespace

void use_all_cores() {
    use_cores(0, static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN)));
}

Child::Child(const std::vector<std::string>& command, Cores cores) {
    std::vector<char*> arguments;
    for (const std::string& word : command) {
        arguments.push_back(const_cast<char*>(word.c_str()));
    }
    arguments.push_back(nullptr);
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) {
        throw Error("pipe() failed");
    }
    pid_ = ::fork();
    if (pid_ == 0) {
        if (cores == Cores::first) {
            use_cores(0, 1);
        }
        ::dup2(pipe[1], STDOUT_FILENO);
        ::execvp(arguments[0], arguments.data());
        ::_exit(127);
    }
    ::close(pipe[1]);
    output_ = ::fdopen(pipe[0], "r");
}

Child::~Child() {
    std::fclose(output_);
    if (pid_ > 0) {
        terminate();
        wait();
    }
}

std::string Child::line() {
    std::string text;
    for (int c = std::fgetc(output_); c != EOF && c != '\n'; c = std::fgetc(output_)) {
        text += static_cast<char>(c);
    }
    return text;
}

bool Child::ended() const {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
           info.si_pid != 0;
}

void Child::terminate() const {
    ::kill(pid_, SIGTERM);
}

int Child::wait() {
    int status = 0;
    rusage usage{};
    ::wait4(std::exchange(pid_, 0), &status, 0, &usage);
    cpu_seconds_ = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Simulator::Simulator(std::vector<std::string> options, Child::Cores cores)
    : child(simulator_command(std::move(options)), cores) {
    const std::string urls = child.line();
    const std::size_t begin = urls.find("ws://");
    url = urls.substr(begin, urls.find('"', begin) - begin);
}

}  // namespace tsflow::bench
