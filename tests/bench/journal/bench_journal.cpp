// scripts/bench.sh journal: what writing a journal costs, beside a loop that only writes and syncs, and a
// pipeline without one.

#include <atomic>
#include <stop_token>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "child.hpp"
#include "feed_to_table.hpp"
#include "journal/journal.hpp"
#include "measure.hpp"
#include "runtime/system_clock.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/error.hpp"

namespace tsflow::bench {
namespace {

constexpr std::int64_t batch_rows = 1'000;
constexpr double megabyte = 1e6;

/// Bars as the feed's.
Batch make_batch() {
    BatchBuilder builder(Schema::make({{.name = "symbol", .type = Type::symbol, .key = true},
                                       {.name = "timestamp", .type = Type::timestamp, .key = true},
                                       {.name = "open"},
                                       {.name = "high"},
                                       {.name = "low"},
                                       {.name = "close"},
                                       {.name = "volume"}}));
    for (std::int64_t row = 0; row < batch_rows; ++row) {
        builder.push(0, fmt::format("SYN{:05}", row % 500));
        builder.push(1, Timestamp{std::chrono::minutes{row}});
        for (std::size_t column = 2; column < 7; ++column) {
            builder.push(column, static_cast<double>(row * 7 % 99'991) / 100);
        }
    }
    return builder.finish();
}

void remove_files(const std::filesystem::path& folder) {
    std::filesystem::remove_all(folder);
    ::sync();  // what one run left to write is not the next one's
}

struct Written {
    double seconds = 0;
    std::uint64_t bytes = 0;
};

/// `flushes` times `batches_a_flush`, as a source does it poll after poll.
Written journal_append(const SyncPolicy& sync, int flushes, int batches_a_flush) {
    const std::filesystem::path folder = scratch() / "journal";
    const Batch batch = make_batch();
    const SystemClock clock;
    Written written;
    {
        Journal journal(
            {.folder = folder, .pipeline = "bench", .node = "sources.feed", .sync = sync}, clock);
        written.seconds = seconds([&] {
            for (int flush = 0; flush < flushes; ++flush) {
                for (int i = 0; i < batches_a_flush; ++i) {
                    journal.append(JournalEntry::of_batch(0, batch));
                }
                journal.flush();
            }
            journal.sync();
        });
        written.bytes = journal.figures().appended_bytes;
    }
    remove_files(folder);
    return written;
}

/// As many bytes in as many writes, by the same rule of syncing.
double bare_append(const SyncPolicy& sync, int flushes, std::uint64_t bytes) {
    const std::filesystem::path file = scratch() / "bare";
    const int fd = ::open(file.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
    const std::string block(bytes / static_cast<std::uint64_t>(flushes), 'x');
    const double time = seconds([&] {
        std::jthread syncer;
        if (sync.when == SyncPolicy::When::interval) {
            syncer = std::jthread([&](const std::stop_token& stop) {
                while (!stop.stop_requested()) {
                    std::this_thread::sleep_for(sync.interval);
                    ::fdatasync(fd);
                }
            });
        }
        for (int flush = 0; flush < flushes; ++flush) {
            if (::write(fd, block.data(), block.size()) != static_cast<ssize_t>(block.size())) {
                throw Error("the bare loop cannot write");
            }
            if (sync.when == SyncPolicy::When::always) {
                ::fdatasync(fd);
            }
        }
        ::fdatasync(fd);
        syncer.request_stop();
    });
    ::close(fd);
    remove_files(file);
    return time;
}

void append(const char* what, const SyncPolicy& sync, int flushes, int batches_a_flush) {
    std::uint64_t bytes = 0;
    const Paired rates = paired(
        [&] {
            const Written written = journal_append(sync, flushes, batches_a_flush);
            bytes = written.bytes;
            return static_cast<double>(bytes) / written.seconds / megabyte;
        },
        [&] { return static_cast<double>(bytes) / bare_append(sync, flushes, bytes) / megabyte; });
    report_plain(fmt::format("bare write loop, {}", what), rates.b, "MB/s");
    report_plain(fmt::format("journal, {}", what), rates.a, "MB/s");
    if (rates.a >= 500) {
        report(fmt::format("journal, {}", what), rates.a, "MB/s", 500, true);
    } else {
        report("journal / bare loop", rates.ratio, "×", 0.7, true);
    }
}

void appends() {
    append("fsync each 100 ms", {}, 4'000, 4);
    append("fsync each flush of 0.25 MB", {SyncPolicy::When::always, {}}, 100, 4);
}

void cost() {
    make_feed_table();
    const std::string state = (scratch() / "state").string();
    const auto rate = [&](const char* journal) {
        const double rows = tsflow_feed_to_table(fmt::format("state_dir = '{}'", state),
                                                 fmt::format("journal = {}", journal))
                                .rate;
        std::filesystem::remove_all(state);
        return rows;
    };
    const Paired rates = paired([&] { return rate("true"); }, [&] { return rate("false"); });
    report_plain("feed to table without a journal", rates.b / 1e3, "k rows/s");
    report_plain("feed to table with one", rates.a / 1e3, "k rows/s");
    report("with / without", rates.ratio, "×", 0.9, true);
}

}  // namespace
}  // namespace tsflow::bench

int main(int argc, char** argv) {
    using namespace tsflow::bench;
    use_all_cores();  // the server has its own work, beside the client's
    return run_parts(argc, argv, {{"append", appends}, {"cost", cost}});
}
