#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace tsflow {

/// How a program ended that was started by `run_child`.
struct ChildResult {
    std::optional<int> exit_code;  ///< none: a signal ended it, or the time was over
    int signal = 0;
    bool timed_out = false;
    std::string out, err;  ///< what it printed; of each at most the first 64 KiB are kept
};

/// Starts the program `arguments[0]` with `environment` added to this process's own, and waits for its
/// end; after `timeout` it is killed. What it started and left behind in its process group is killed in
/// either case. Its standard input is empty. Callable from several threads at a time. Throws Error when it cannot be started.
ChildResult run_child(const std::vector<std::string>& arguments,
                      const std::vector<std::string>& environment,
                      std::chrono::milliseconds timeout);

}  // namespace tsflow
