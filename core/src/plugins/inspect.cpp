#include "plugins/inspect.hpp"

#include <cstring>
#include <sstream>
#include <string_view>

#include "plugins/child_process.hpp"
#include "tsflow/error.hpp"
#include "tsflow/time.hpp"

#include <fmt/format.h>

namespace tsflow {

namespace {

constexpr std::string_view refused_mark = "refused ";

std::string_view last_line(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto end = text.find_last_not_of(blanks);
    if (end == std::string_view::npos) {
        return {};
    }
    text = text.substr(0, end + 1);
    text.remove_prefix(text.find_last_of('\n') + 1);  // npos + 1 is 0
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    return text;
}

/// What the library was doing when its last report came.
std::string_view stage(std::string_view last_report) {
    return last_report == "loading"     ? "while it was loaded (in a static constructor)"
           : last_report == "enrolling" ? "while it enrolled its node types"
                                        : "when the process ended (in a static destructor)";
}

std::string how_it_ended(const ChildResult& result, std::chrono::milliseconds timeout) {
    if (result.timed_out) {
        return fmt::format("did not come back within {}", format_duration(timeout));
    }
    if (result.signal != 0) {
        const char* name = ::sigabbrev_np(result.signal);
        return name == nullptr ? fmt::format("crashed with signal {}", result.signal)
                               : fmt::format("crashed with SIG{}", name);
    }
    return fmt::format("ended the process with exit code {}", *result.exit_code);
}

bool ended_well(const ChildResult& result) {
    return !result.timed_out && result.signal == 0;
}

}  // namespace

std::vector<bool> inspect_together(const std::vector<std::filesystem::path>& libraries,
                                   const std::filesystem::path& inspector,
                                   std::chrono::milliseconds timeout) {
    std::vector<std::string> command{inspector.string(), inspect_command};
    for (const std::filesystem::path& library : libraries) {
        command.push_back(library.string());
    }
    std::vector<bool> none(libraries.size(), false);
    std::vector<bool> passed;
    try {
        const ChildResult result = run_child(command, {"TSFLOW_INSPECTING=1"}, timeout);
        if (!ended_well(result)) {
            return none;
        }
        std::istringstream reports(result.out);
        for (std::string line; std::getline(reports, line);) {
            if (line == "accepted" || line.starts_with(refused_mark)) {
                passed.push_back(line == "accepted");
            }
        }
    } catch (const Error&) {
        return none;  // the inspection of each says why
    }
    return passed.size() == libraries.size() ? passed : none;
}

std::string inspect(const std::filesystem::path& library, const std::filesystem::path& inspector,
                    std::chrono::milliseconds timeout) {
    ChildResult result;
    try {
        result = run_child({inspector.string(), inspect_command, library.string()},
                           {"TSFLOW_INSPECTING=1"}, timeout);
    } catch (const Error& error) {
        return fmt::format("it could not be inspected: {}", error.what());
    }
    const std::string_view report = last_line(result.out);
    if (report.substr(0, refused_mark.size()) == refused_mark) {
        return std::string{report.substr(refused_mark.size())};
    }
    if (report == "accepted" && ended_well(result)) {
        return {};
    }
    if (report != "loading" && report != "enrolling" && report != "accepted") {
        return fmt::format(
            "it could not be inspected: '{} {}' {} without a report; is it the program 'tsflow'?",
            inspector.string(), inspect_command, how_it_ended(result, timeout));
    }
    std::string reason = fmt::format("it {} {}", how_it_ended(result, timeout), stage(report));
    if (const std::string_view words = last_line(result.err); !words.empty()) {
        reason += fmt::format("; the last it printed was: {}", words);
    }
    return reason;
}

}  // namespace tsflow
