#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tsflow::bench {

struct Load {
    std::uint16_t port = 0;
    std::size_t websockets = 1'000;      ///< each follows one symbol of table `bars`
    double requests_per_second = 2'000;  ///< over a few connections that are kept alive
    std::chrono::seconds length{60};
    std::size_t symbols = 100;  ///< SYN0001 and on
};

struct LoadResult {
    std::uint64_t messages = 0;  ///< of websockets, heartbeats left out
    std::uint64_t requests = 0;  ///< answered with 200
    std::uint64_t errors = 0;    ///< connections that broke, other answers
    std::string first_error;
    std::vector<double> latencies;  ///< of requests, seconds from when each was due, sorted
};

/// Puts a server under load from this thread, and waits to the end.
LoadResult put_under_load(const Load& load);

}  // namespace tsflow::bench
