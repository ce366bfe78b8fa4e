#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/load.hpp"
#include "cli/terminal.hpp"

namespace tsflow::cli {

int graph(const GraphArgs& args) {
    const Loaded loaded = load(args, Writes::nothing);
    if (loaded.diagnostics.has_errors()) {
        print_error(loaded.diagnostics.to_text(colours_on_stderr()));
        return exit_config;
    }
    print(draw(loaded.plan, args.format));
    return exit_ok;
}

}  // namespace tsflow::cli
