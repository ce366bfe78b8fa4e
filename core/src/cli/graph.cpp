#include <string_view>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/endpoint.hpp"
#include "cli/exit_codes.hpp"
#include "cli/load.hpp"
#include "cli/terminal.hpp"

namespace tsflow::cli {
namespace {

std::string_view name_of(GraphFormat format) {
    switch (format) {
        case GraphFormat::mermaid:
            return "mermaid";
        case GraphFormat::dot:
            return "dot";
        case GraphFormat::svg:
            return "svg";
    }
    return "svg";
}

}  // namespace

int graph(const GraphArgs& args) {
    if (args.live) {
        RunningArgs running;
        static_cast<FileArgs&>(running) = args;
        print(ask(endpoint_of(running), fmt::format("/graph?format={}", name_of(args.format))));
        return exit_ok;
    }
    const Loaded loaded = load(args, Writes::nothing);
    if (loaded.diagnostics.has_errors()) {
        print_error(loaded.diagnostics.to_text(colours_on_stderr()));
        return exit_config;
    }
    print(draw(loaded.plan, args.format));
    return exit_ok;
}

}  // namespace tsflow::cli
