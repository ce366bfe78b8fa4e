#pragma once

#include <cstdint>

namespace tsflow::control {

struct ProcessFigures {
    double cpu_seconds = 0;
    std::uint64_t resident_bytes = 0;
    std::uint64_t open_files = 0;
};

/// Of this process, now; what the system does not tell is 0.
ProcessFigures process_figures();

}  // namespace tsflow::control
