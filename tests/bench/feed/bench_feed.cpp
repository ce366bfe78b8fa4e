// scripts/bench.sh feed: what receiving the Massive feed costs, beside bare loops over the same bytes.

#include <cstring>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "feed.hpp"
#include "measure.hpp"

int main(int argc, char** argv) {
    using namespace tsflow::bench;
    const std::pair<const char*, void (*)()> parts[] = {
        {"parse", parse}, {"stream", stream}, {"burst", burst}};
    try {
        fmt::print("Medians of {} runs, each pair of runs in turn.\n\n", runs);
        for (const auto& [name, part] : parts) {
            if (argc < 2 || std::strcmp(argv[1], name) == 0) {
                part();
            }
        }
    } catch (const std::exception& error) {
        fmt::print(stderr, "error: {}\n", error.what());
        return 1;
    }
    return all_met() ? 0 : 1;
}
