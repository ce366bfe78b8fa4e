#pragma once

namespace tsflow::bench {

// The parts of the benchmark.
void methods();
void append_rows();
void upsert_rows();
void two_writers();
void minute_burst();
void end_to_end();

}  // namespace tsflow::bench
