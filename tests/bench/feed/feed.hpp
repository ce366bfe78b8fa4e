#pragma once

#include <cstddef>
#include <string_view>

namespace tsflow::bench {

// The parts of the benchmark.
void parse();
void stream();
void burst();

/// The fields of a frame's minute bars, read into a struct each by simdjson alone; how many events.
/// Behind the frame, 64 bytes must be readable.
std::size_t read_minutes_bare(std::string_view frame);

}  // namespace tsflow::bench
