#include "cli/args_options.hpp"

namespace tsflow::cli {

void add_plugin_dirs(CLI::App& app, std::vector<std::filesystem::path>& folders) {
    app.add_option("--plugin-dir", folders, "Look for plugins here first; may be repeated")
        ->type_name("DIR")
        ->allow_extra_args(false);
}

void add_file_args(CLI::App& app, FileArgs& args) {
    app.add_option("FILE", args.file, "The pipeline file")->required()->type_name("");
    add_variable_args(app, args);
    add_plugin_dirs(app, args.plugin_dirs);
}

void add_variable_args(CLI::App& app, FileArgs& args) {
    app.add_option("--env-file", args.env_file,
                   "A file of NAME=value lines for the ${NAME} that the environment does not set")
        ->type_name("FILE");
    app.add_option_function<std::vector<std::string>>(
           "--set",
           [&args](const std::vector<std::string>& texts) {
               for (const std::string& text : texts) {
                   const std::size_t equals = text.find('=');
                   if (equals == std::string::npos || equals == 0) {
                       throw CLI::ValidationError(
                           "--set", fmt::format("'{}' is not of the form KEY=VALUE, such as "
                                                "sinks.bars.table=bars",
                                                text));
                   }
                   args.overrides.push_back({text.substr(0, equals), text.substr(equals + 1)});
               }
           },
           "Override a value of the file; may be repeated")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
}

}  // namespace tsflow::cli
