// scripts/bench.sh feed: what receiving the Massive feed costs, beside bare loops over the same bytes.

#include "feed.hpp"
#include "measure.hpp"

int main(int argc, char** argv) {
    using namespace tsflow::bench;
    return run_parts(argc, argv, {{"parse", parse}, {"stream", stream}, {"burst", burst}});
}
