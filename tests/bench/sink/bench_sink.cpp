// scripts/bench.sh sink: what storing rows in PostgreSQL costs, beside psql and a Python program on the same
// server.

#include "child.hpp"
#include "measure.hpp"
#include "sink.hpp"

int main(int argc, char** argv) {
    using namespace tsflow::bench;
    use_all_cores();  // the server has its own work, beside the client's
    return run_parts(argc, argv,
                     {{"methods", methods},
                      {"append", append_rows},
                      {"upsert", upsert_rows},
                      {"writers", two_writers},
                      {"burst", minute_burst},
                      {"end_to_end", end_to_end}});
}
