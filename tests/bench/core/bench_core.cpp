// scripts/bench.sh core: what the runtime, flat_file and sqlite cost, beside plain loops and peers.

#include "measure.hpp"

int main(int argc, char** argv) {
    using namespace tsflow::bench;
    return run_parts(argc, argv,
                     {{"hops", hops},
                      {"boundary", boundary},
                      {"flat_files", flat_files},
                      {"sqlite", sqlite},
                      {"memory", memory},
                      {"peers", peers}});
}
