#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/load.hpp"
#include "cli/terminal.hpp"
#include "runtime/probe.hpp"
#include "tsflow/text.hpp"

namespace tsflow::cli {
namespace {

/// One JSON object: problems as an array, and the plan when it is valid.
std::string to_json(const Loaded& loaded) {
    return fmt::format("{{\"valid\":{},\"problems\":{},\"plan\":{}}}\n",
                       !loaded.diagnostics.has_errors(), loaded.diagnostics.to_json(),
                       loaded.diagnostics.has_errors() ? "null" : describe_json(loaded.plan));
}

std::string count_text(std::size_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

int validate(const ValidateArgs& args) {
    Loaded loaded = load(args, Writes::nothing);
    if (args.online && !loaded.diagnostics.has_errors()) {
        probe(loaded.plan, loaded.diagnostics);
    }
    if (args.format == TextFormat::json) {
        print(to_json(loaded));
    } else {
        const Diagnostics& diagnostics = loaded.diagnostics;
        print_error(diagnostics.to_text(colours_on_stderr()));
        if (diagnostics.has_errors()) {
            print_error(fmt::format(
                "{}: {}{}\n", args.file.string(), count_text(diagnostics.errors(), "error"),
                diagnostics.warnings() > 0 ? ", " + count_text(diagnostics.warnings(), "warning")
                                           : ""));
        } else {
            print(describe(loaded.plan));
        }
    }
    return loaded.diagnostics.has_errors() ? exit_config : exit_ok;
}

}  // namespace tsflow::cli
