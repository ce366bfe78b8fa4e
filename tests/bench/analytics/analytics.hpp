#pragma once

namespace tsflow::bench {

// The parts of the benchmark. Those that compare values return whether all were equal.
bool indicators();
bool burst();
void backtest();

}  // namespace tsflow::bench
