#include "cli/commands.hpp"
#include "cli/execute.hpp"
#include "cli/exit_codes.hpp"
#include "cli/load.hpp"
#include "cli/memory.hpp"
#include "cli/terminal.hpp"

namespace tsflow::cli {

int run(const RunArgs& args) {
    if (args.dry_run) {
        ValidateArgs validate_args;
        static_cast<FileArgs&>(validate_args) = args;
        return validate(validate_args);
    }
    keep_memory();
    Loaded loaded = load(args, Writes::something);
    if (!loaded.diagnostics.sorted().empty()) {
        print_error(loaded.diagnostics.to_text(colours_on_stderr()));
    }
    return loaded.diagnostics.has_errors() ? exit_config
                                           : execute(loaded.plan, loaded.registry, args, nullptr);
}

}  // namespace tsflow::cli
