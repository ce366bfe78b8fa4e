#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gaps/gaps.hpp"
#include "tool/run.hpp"

namespace {

using namespace tsflow;
using namespace tsflow::massive;
using tool::UsageError;

constexpr const char* help =
    R"(List the holes in what the sources of a pipeline received, from their ledgers
Usage: tsflow gaps FILE [OPTIONS]

FILE is the pipeline file; the pipeline may be running.

OPTIONS:
  --format text|json|csv    How the list looks (default: text)
  --state STATE,...         Only holes that are open, filling, filled or permanent
  --symbol SYMBOL           Only holes of this ticker
  --since TIME              Only holes that reach beyond this time (2026-11-20T14:30:00Z), or reached
                            into the last hours (2h)
  --env-file FILE           Loads variables from a file of NAME=value lines
  --set KEY=VALUE           Overrides a value of the pipeline file; may be repeated
  -h, --help                Prints this help
)";

std::vector<GapState> states_of(std::string_view text) {
    std::vector<GapState> states;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        const std::string_view name = text.substr(0, end);
        const std::optional<GapState> state = gap_state_of(name);
        if (!state) {
            throw UsageError(
                "'" + std::string(name) +
                "' is none of open, filling, filled, permanent, which '--state' may be");
        }
        states.push_back(*state);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return states;
}

Timestamp time_of(const std::string& text) {
    if (const std::optional<Timestamp> time = parse_timestamp(text)) {
        return *time;
    }
    if (const std::optional<Duration> ago = parse_duration(text)) {
        return std::chrono::system_clock::now() - *ago;
    }
    throw UsageError(
        "'" + text +
        "' is neither a time, such as 2026-11-20T14:30:00Z, nor a duration, such as 2h, "
        "which '--since' may be");
}

Override override_of(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
        throw UsageError("'" + text + "' is no KEY=VALUE, which '--set' takes");
    }
    return {text.substr(0, equals), text.substr(equals + 1)};
}

int work(const tool::Arguments& arguments) {
    if (arguments.words().size() != 1) {
        throw UsageError(arguments.words().empty()
                             ? "the FILE is missing"
                             : "'" + arguments.words()[1] + "' is one word too many");
    }
    cli::FileArgs pipeline;
    pipeline.file = arguments.words().front();
    if (arguments.has("--env-file")) {
        pipeline.env_file = arguments.value("--env-file");
    }
    for (const std::string& text : arguments.values("--set")) {
        pipeline.overrides.push_back(override_of(text));
    }
    GapFilter filter;
    filter.states = states_of(arguments.value("--state"));
    filter.symbol = arguments.value("--symbol");
    if (arguments.has("--since")) {
        filter.since = time_of(arguments.value("--since"));
    }
    const std::string format = arguments.choice("--format", {"text", "json", "csv"});
    tool::print(print_gaps(read_ledgers(pipeline, filter), format == "json"  ? GapFormat::json
                                                           : format == "csv" ? GapFormat::csv
                                                                             : GapFormat::text));
    return tool::exit_ok;
}

}  // namespace

int main(int argc, char** argv) {
    return tool::run(
        {"tsflow gaps",
         help,
         {{"--format"}, {"--state"}, {"--symbol"}, {"--since"}, {"--env-file"}, {"--set"}},
         work},
        argc, argv);
}
