// scripts/bench.sh core: what the runtime, flat_file and sqlite cost, beside plain loops and peers.

#include <cstring>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "measure.hpp"

int main(int argc, char** argv) {
    using namespace tsflow::bench;
    const std::pair<const char*, void (*)()> parts[] = {
        {"hops", hops},     {"boundary", boundary}, {"flat_files", flat_files},
        {"sqlite", sqlite}, {"memory", memory},     {"peers", peers}};
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
