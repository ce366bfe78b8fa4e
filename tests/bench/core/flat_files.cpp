// flat_file → blackhole against a plain loop over the same files.

#include <stdexcept>

#include <fmt/format.h>

#include "bytes.hpp"
#include "measure.hpp"

namespace tsflow::bench {

void flat_files() {
    std::filesystem::path folder;
    const auto files = day_files(folder);
    std::uint64_t rows = 0;
    volatile double used = 0;
    const std::string toml = fmt::format(
        "[sources.s]\ntype = 'flat_file'\npath = '{}'\n"
        "[sinks.out]\ntype = 'blackhole'\ninputs = ['s']\n",
        folder.string());
    const Paired speeds = paired(
        [&] {
            std::uint64_t delivered = 0;
            const double time = seconds([&] {
                for (const NodeMetrics& node : run_pipeline(toml).nodes) {
                    delivered = node.kind == NodeKind::sink ? node.rows_in : delivered;
                }
            });
            return static_cast<double>(delivered) / time;
        },
        [&] {
            const double time = seconds([&] { used = used + sum_plainly(files, rows); });
            return static_cast<double>(rows) / time;
        });
    report_plain("flat_file → blackhole", speeds.a / 1e6, "M rows/s");
    report_plain("plain loop: inflate and parse", speeds.b / 1e6, "M rows/s");
    report("flat_file → blackhole / plain loop", speeds.ratio, "×", 0.6, true);
}

}  // namespace tsflow::bench
