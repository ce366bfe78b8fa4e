#include "cli/execute.hpp"

#include <unistd.h>

#include <optional>

#include <fmt/format.h>

#include "cli/exit_codes.hpp"
#include "cli/progress.hpp"
#include "cli/signals.hpp"
#include "cli/summary.hpp"
#include "cli/terminal.hpp"
#include "cli/version.hpp"
#include "control/plane.hpp"
#include "runtime/run.hpp"
#include "runtime/system_clock.hpp"

namespace tsflow::cli {
namespace {

int exit_code(Outcome outcome) {
    switch (outcome) {
        case Outcome::done:
            return exit_ok;
        case Outcome::failed:
            return exit_failed;
        case Outcome::timed_out:
            return exit_timed_out;
    }
    return exit_failed;
}

/// What a user wants to know before anything flows: where rows go and what may happen to them.
void tell_guarantees(const Plan& plan, Log& log) {
    for (const PathGuarantee& path : plan.guarantees) {
        log(Level::info, plan.nodes[path.path.back()].spec.path,
            fmt::format("rows of {} arrive {}{}", plan.nodes[path.path.front()].spec.path,
                        to_string(path.guarantee), path.reason.empty() ? "" : ": " + path.reason));
    }
}

void tell_result(const RunResult& result, LogFormat format) {
    print_error(format == LogFormat::json ? summary_json(result) : summary_text(result));
    if (format == LogFormat::text) {
        for (const std::string& failure : result.failures) {
            print_error(fmt::format("error: {}\n", failure));
        }
    }
}

}  // namespace

int execute(Plan& plan, const Registry& registry, const RunArgs& args, const LetterFilter* replay) {
    ProgressLine line(args.progress && args.log_format == LogFormat::text && stderr_is_terminal());
    Log log(args.log_format, args.log_level, [&line](std::string_view text) { line.log(text); });
    log.hide(plan.secrets);
    if (replay == nullptr) {
        tell_guarantees(plan, log);
    }

    const SystemClock clock;
    control::ObservedRun observed(clock);
    RunControl control;
    RunResult result;
    {
        const auto on_stop = [&](int count) {
            if (replay != nullptr) {
                log(Level::info, "", "stopping: the replay is given up and changes nothing");
                control.abort();
            } else if (count == 1) {
                log(Level::info, "",
                    "stopping: the sources are stopped and the rest is drained; once "
                    "more to give up");
                control.stop();
            } else {
                control.abort();
            }
        };
        const auto on_reload = [&] {
            log(Level::info, "", "reload asked for");
            control.reload();
        };
        const Signals signals(on_stop, on_reload);  // before there are threads that would take them
        std::optional<control::Plane> plane;
        if (plan.pipeline.control && replay == nullptr) {
            plane.emplace(control::PlaneFacts{plan, registry, observed, log, version_number()});
        }
        RunOptions options;
        options.log = &log;
        options.version = version_number();
        options.replay = replay;
        options.watcher = &observed;
        options.status = [&] {
            return control::status_json(plan, version_number(), observed.snapshot());
        };
        options.progress = [&](const PipelineMetrics& metrics) {
            line.update(metrics, clock.now());
            observed.sample(metrics);
        };
        result = tsflow::run(plan, control, options);
    }
    line.clear();
    tell_result(result, args.log_format);
    const int code = exit_code(result.outcome);
    if (result.hangs) {
        // Threads that do not return still use the plan; nothing of it may be destroyed.
        ::_exit(code);
    }
    return code;
}

}  // namespace tsflow::cli
