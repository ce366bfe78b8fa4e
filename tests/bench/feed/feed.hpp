#pragma once

namespace tsflow::bench {

// The parts of the benchmark.
void parse();
void stream();
void burst();

}  // namespace tsflow::bench
