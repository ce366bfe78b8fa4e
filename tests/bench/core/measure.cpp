#include "measure.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/diagnostics.hpp"
#include "plugins/load_plugins.hpp"
#include "runtime/run.hpp"
#include "tsflow/error.hpp"

namespace tsflow::bench {
namespace {

bool met = true;

const Registry& registry() {
    static const Registry loaded = [] {
        PluginSearch search;
        search.required = {TSFLOW_BENCH_PLUGINS, TSFLOW_PLUGINS};
        search.inspector = TSFLOW_PROGRAM;
        return load_plugins(search);
    }();
    return loaded;
}

}  // namespace

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

double seconds(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Paired paired(const std::function<double()>& a, const std::function<double()>& b) {
    std::vector<double> as, bs, ratios;
    a();  // warm-up: files into the page cache
    b();
    for (int i = 0; i < runs; ++i) {
        as.push_back(a());
        bs.push_back(b());
        ratios.push_back(as.back() / bs.back());
    }
    return {median(as), median(bs), median(ratios)};
}

PipelineMetrics run_pipeline(const std::string& toml) {
    Diagnostics diagnostics("bench.toml", toml);
    const Environment nothing = [](const std::string&) { return std::optional<std::string>{}; };
    PipelineSpec spec = parse_pipeline(toml, scratch() / "bench.toml", nothing, {}, diagnostics);
    Plan plan = make_plan(std::move(spec), registry(), diagnostics);
    if (diagnostics.has_errors()) {
        throw Error(diagnostics.to_text(false));
    }
    Log log(LogFormat::text, Level::warning,
            [](std::string_view line) { fmt::print(stderr, "{}", line); });
    RunControl control;
    RunOptions options;
    options.log = &log;
    RunResult result = run(plan, control, options);
    if (result.outcome != Outcome::done) {
        throw Error(result.failures.empty() ? "the run failed" : result.failures.front());
    }
    return result.metrics;
}

void report(const std::string& what, double value, const std::string& unit, double bound,
            bool at_least) {
    const bool ok = at_least ? value >= bound : value <= bound;
    met = met && ok;
    fmt::print("{:<58} {:>12.3g} {:<10} {} {:<8.3g} {}\n", what, value, unit, at_least ? "≥" : "≤",
               bound, ok ? "ok" : "MISSED");
    std::fflush(stdout);
}

void report_plain(const std::string& what, double value, const std::string& unit) {
    fmt::print("{:<58} {:>12.3g} {}\n", what, value, unit);
    std::fflush(stdout);
}

bool all_met() {
    return met;
}

namespace {

/// In a process of its own, so that the memory of one part is not in the figures of the next: a child
/// begins with its parent's peak. The exit code.
int run_apart(void (*part)()) {
    const pid_t child = ::fork();
    if (child == 0) {
        int code = 1;
        try {
            part();
            code = met ? 0 : 1;
        } catch (const std::exception& error) {
            fmt::print(stderr, "error: {}\n", error.what());
        }
        std::exit(code);
    }
    int status = 0;
    return ::waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace

int run_parts(int argc, char** argv, const Parts& parts) {
    int code = 0;
    fmt::print("Medians of {} runs, those that are compared in turn.\n\n", runs);
    std::fflush(stdout);
    for (const auto& [name, part] : parts) {
        if (argc < 2 || name == argv[1]) {
            code = std::max(code, run_apart(part));
        }
    }
    return code;
}

const std::filesystem::path& scratch() {
    struct Folder {
        Folder() {
            std::string name =
                (std::filesystem::temp_directory_path() / "tsflow-bench-XXXXXX").string();
            if (::mkdtemp(name.data()) == nullptr) {
                throw Error("no temporary folder");
            }
            path = name;
        }
        ~Folder() {
            std::error_code ignored;
            std::filesystem::remove_all(path, ignored);
        }
        std::filesystem::path path;
    };
    static const Folder folder;
    return folder.path;
}

}  // namespace tsflow::bench
