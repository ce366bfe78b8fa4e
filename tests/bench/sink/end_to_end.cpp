// From the feed into the table: tsflow beside a plain Python program, and beside what the server takes of the
// same rows from psql.

#include <filesystem>

#include "feed_to_table.hpp"
#include "measure.hpp"
#include "server.hpp"
#include "sink.hpp"

namespace tsflow::bench {
namespace {

/// The rows that the last client stored, once more by hand.
double psql_rate() {
    static const std::string folder = (scratch() / "feed").string();
    if (!std::filesystem::exists(folder)) {
        write_files("SELECT * FROM feed ORDER BY \"timestamp\", symbol", folder);
    }
    query("TRUNCATE feed");
    run_psql(upsert_script("feed", feed_columns, folder));
    return committed_rate();
}

}  // namespace

void end_to_end() {
    make_feed_table();
    std::vector<double> ours, theirs, by_hand, faster, of_server, our_cpu, their_cpu, cheaper;
    for (int run = 0; run < runs; ++run) {
        // Python holds a batch or two; a small queue does likewise, and stays in the cache.
        const FeedToTable a = tsflow_feed_to_table({}, {}, "queue = { bytes = '4MiB' }");
        const FeedToTable b = python_feed_to_table();
        by_hand.push_back(psql_rate());
        ours.push_back(a.rate);
        theirs.push_back(b.rate);
        our_cpu.push_back(a.cpu_us);
        their_cpu.push_back(b.cpu_us);
        faster.push_back(a.rate / b.rate);
        cheaper.push_back(a.cpu_us / b.cpu_us);
        of_server.push_back(a.rate / by_hand.back());
    }
    report_plain("feed to table, Python with COPY to staging", median(theirs) / 1e3, "k rows/s");
    report_plain("its CPU time", median(their_cpu), "us a row");
    report_plain("feed to table, tsflow", median(ours) / 1e3, "k rows/s");
    report_plain("its CPU time", median(our_cpu), "us a row");
    report_plain("the same rows from files by psql", median(by_hand) / 1e3, "k rows/s");
    report("tsflow / Python, rows a second", median(faster), "×", 1.15, true);
    report("tsflow / Python, CPU time a row", median(cheaper), "×", 0.125, false);
    report("tsflow / psql with staging", median(of_server), "×", 0.9, true);
}

}  // namespace tsflow::bench
