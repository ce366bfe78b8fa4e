#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include <sys/types.h>

namespace tsflow::bench {

/// Lets this process, and what it starts, run on all cores.
void use_all_cores();

/// A child process: its first lines of output may be read, and its CPU time is known when it has ended.
class Child {
public:
    /// Which cores it may use: those of the benchmark, or the first one.
    enum class Cores { same, first };
    explicit Child(const std::vector<std::string>& command, Cores cores = Cores::same);
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    /// Ends it.
    ~Child();

    std::string line();
    bool ended() const;
    void terminate() const;
    /// Waits for its end; the exit code, -1 for a signal.
    int wait();
    /// User and system time of the whole life, in seconds; after wait().
    double cpu_seconds() const noexcept { return cpu_seconds_; }

private:
    pid_t pid_ = 0;
    std::FILE* output_ = nullptr;
    double cpu_seconds_ = 0;
};

/// The Massive simulator with a synthetic market. What `options` do not say is as its README tells.
struct Simulator {
    explicit Simulator(std::vector<std::string> options, Child::Cores cores = Child::Cores::same);
    Child child;
    std::string url;  ///< of its websocket
};

}  // namespace tsflow::bench
