// What one more node in a stage, and one more stage, cost.

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "measure.hpp"
#include "runtime/tap.hpp"
#include "tsflow/builder.hpp"

namespace tsflow::bench {
namespace {

constexpr int chain = 8;

/// Source → `passes` × pass → swallow, all in one stage; the sink behind gets nothing.
std::string chain_of(int passes, std::int64_t batches, std::int64_t rows) {
    std::string toml =
        fmt::format("[sources.s]\ntype = 'bench_repeat'\nbatches = {}\nrows = {}\n", batches, rows);
    std::string last = "s";
    for (int i = 0; i < passes; ++i) {
        const std::string id = fmt::format("p{}", i);
        toml += fmt::format("[transforms.{}]\ntype = 'bench_pass'\ninputs = ['{}']\n", id, last);
        last = id;
    }
    return toml + fmt::format(
                      "[transforms.end]\ntype = 'bench_swallow'\ninputs = ['{}']\n"
                      "[sinks.out]\ntype = 'blackhole'\ninputs = ['end']\n",
                      last);
}

/// Nanoseconds that one pass-through hop adds to a batch.
double hop_ns(std::int64_t batches, std::int64_t rows) {
    const Paired times =
        paired([&] { return seconds([&] { run_pipeline(chain_of(chain, batches, rows)); }); },
               [&] { return seconds([&] { run_pipeline(chain_of(0, batches, rows)); }); });
    return (times.a - times.b) / chain / static_cast<double>(batches) * 1e9;
}

/// What an output port's tap adds to a batch while nobody looks through it, ns.
double idle_tap_ns() {
    BatchBuilder rows(Schema::make({{.name = "value", .type = Type::int64}}));
    rows.push(0, std::int64_t{1});
    const Batch batch = rows.finish();
    TapPoint tap;
    constexpr int batches = 100'000'000;
    const double with = seconds([&] {
        for (int i = 0; i < batches; ++i) {
            tap.offer(batch);
            asm volatile("" ::: "memory");
        }
    });
    const double without = seconds([&] {
        for (int i = 0; i < batches; ++i) {
            asm volatile("" ::: "memory");
        }
    });
    return (with - without) / batches * 1e9;
}

/// The least that handing over to another thread costs here: a flag under a mutex and a condition
/// variable, with the same pauses. p50, µs.
double bare_boundary() {
    using Clock = std::chrono::steady_clock;
    std::mutex mutex;
    std::condition_variable filled;
    std::optional<Clock::time_point> emitted;
    std::vector<double> ages;
    constexpr std::size_t items = 5000;
    std::thread consumer([&] {
        std::unique_lock lock(mutex);
        while (ages.size() < items) {
            filled.wait(lock, [&] { return emitted.has_value(); });
            ages.push_back(
                std::chrono::duration<double, std::micro>(Clock::now() - *emitted).count());
            emitted.reset();
        }
    });
    for (std::size_t i = 0; i < items; ++i) {
        std::this_thread::sleep_for(std::chrono::microseconds{50});
        const auto now = Clock::now();
        std::unique_lock lock(mutex);
        if (emitted) {
            --i;  // not taken yet: this turn does not count
            continue;
        }
        emitted = now;
        lock.unlock();
        filled.notify_one();
    }
    consumer.join();
    return median(ages);
}

}  // namespace

void hops() {
    const double one_row = hop_ns(1'000'000, 1);
    report("hop in a stage, batches of 1 row: per batch", one_row, "ns", 150, false);
    report("hop in a stage, batches of 64 rows: per row", hop_ns(1'000'000, 64) / 64, "ns", 20,
           false);
    std::vector<double> shares;
    for (int i = 0; i < runs; ++i) {
        shares.push_back(idle_tap_ns() / one_row);
    }
    report("tap that nobody looks through / hop of one row", median(shares), "×", 0.01, false);
}

void boundary() {
    const std::string file = (scratch() / "ages.txt").string();
    const std::string toml = fmt::format(
        "[sources.s]\ntype = 'bench_repeat'\nbatches = 5000\npause = '50us'\n"
        "[sinks.out]\ntype = 'bench_stopwatch'\ninputs = ['s']\nfile = '{}'\n",
        file);
    std::vector<double> p50, p99, bare;
    for (int i = 0; i < runs; ++i) {
        bare.push_back(bare_boundary());
        run_pipeline(toml);
        std::vector<double> ages;
        std::ifstream in(file);
        for (double age = 0; in >> age;) {
            ages.push_back(age);
        }
        std::sort(ages.begin(), ages.end());
        p50.push_back(ages[ages.size() / 2] / 1000);
        p99.push_back(ages[ages.size() * 99 / 100] / 1000);
    }
    report("stage boundary, idle pipeline: p50", median(p50), "µs", 3, false);
    report_plain("bare mutex and condition variable: p50", median(bare), "µs");
    report_plain("stage boundary / bare", median(p50) / median(bare), "×");
    report_plain("stage boundary, idle pipeline: p99", median(p99), "µs");
}

}  // namespace tsflow::bench
