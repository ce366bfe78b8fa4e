// scripts/bench.sh sink: what storing rows in PostgreSQL costs, beside psql and a Python program on the same
// server.

#include <cstring>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "child.hpp"
#include "measure.hpp"
#include "sink.hpp"

int main(int argc, char** argv) {
    using namespace tsflow::bench;
    const std::pair<const char*, void (*)()> parts[] = {
        {"methods", methods},     {"append", append_rows}, {"upsert", upsert_rows},
        {"writers", two_writers}, {"burst", minute_burst}, {"end_to_end", end_to_end}};
    try {
        use_all_cores();  // the server has its own work, beside the client's
        fmt::print("Medians of {} runs, those that are compared in turn.\n\n", runs);
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
