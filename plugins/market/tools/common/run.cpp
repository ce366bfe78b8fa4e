#include "tool/run.hpp"

#include <cstdio>
#include <exception>

#include "tsflow/error.hpp"

namespace tsflow::tool {

int run(const Tool& tool, int argc, const char* const* argv) {
    try {
        const Arguments arguments({argv + (argc > 0 ? 1 : 0), argv + argc}, tool.options);
        if (arguments.has("--help")) {
            print(tool.help);
            return exit_ok;
        }
        return tool.work(arguments);
    } catch (const UsageError& error) {
        print_error(std::string{"error: "} + error.what() + "; see `" + tool.name + " --help`\n");
        return exit_usage;
    } catch (const ConfigError& error) {
        print_error(std::string{"error: "} + error.what() + "\n");
        return exit_config;
    } catch (const std::exception& error) {
        print_error(std::string{"error: "} + error.what() + "\n");
        return exit_failed;
    }
}

void print(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

void print_error(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
}

}  // namespace tsflow::tool
