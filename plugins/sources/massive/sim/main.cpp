// massive-sim: plays a market to whoever connects as to the vendor. See README.md.

#include <pthread.h>
#include <signal.h>

#include <exception>
#include <iostream>
#include <span>
#include <string>
#include <string_view>

#include "sim/simulator.hpp"
#include "tsflow/error.hpp"

namespace {

using tsflow::massive_sim::Simulator;
using tsflow::massive_sim::SimulatorOptions;

constexpr int exit_failed = 1;
constexpr int exit_wrong_usage = 2;

constexpr std::string_view usage =
    "Usage: massive-sim [--NAME VALUE]…\n"
    "\n"
    "Plays flat files or a synthetic market as the Massive stocks feed does, with its websocket\n"
    "protocol and its REST aggregates, on one port of this machine. Prints one line of JSON with\n"
    "the URLs when it listens, and ends with SIGINT or SIGTERM.\n"
    "\n"
    "Options, with their [defaults]:\n";

/// `--name value`, `--name=value`, and `--name` for what is true or false.
SimulatorOptions read_arguments(std::span<char*> arguments) {
    SimulatorOptions options;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view argument = arguments[i];
        if (!argument.starts_with("--")) {
            throw tsflow::ConfigError("There is no argument '" + std::string{argument} +
                                      "'; options begin with '--'.");
        }
        const std::size_t equals = argument.find('=');
        const std::string_view name = argument.substr(2, equals - 2);
        const bool has_next =
            i + 1 < arguments.size() && !std::string_view{arguments[i + 1]}.starts_with("--");
        if (equals != std::string_view::npos) {
            options.set(name, argument.substr(equals + 1));
        } else if (SimulatorOptions::is_switch(name)) {
            const std::string_view next = has_next ? arguments[i + 1] : "";
            const bool is_value = next == "true" || next == "false";
            options.set(name, is_value ? next : "true");
            i += is_value ? 1 : 0;
        } else if (has_next) {
            options.set(name, arguments[++i]);
        } else {
            options.set(name, "");
        }
    }
    options.check();
    return options;
}

bool asks_for_help(std::span<char*> arguments) {
    for (const std::string_view argument : arguments) {
        if (argument == "--help" || argument == "-h") {
            return true;
        }
    }
    return false;
}

int run(std::span<char*> arguments) {
    // Blocked before any thread is there, so that the signals wait for sigwait().
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);

    Simulator simulator(read_arguments(arguments));
    std::cout << R"({"websocket":")" << simulator.websocket_url() << R"(","rest":")"
              << simulator.rest_url() << R"(","control":")" << simulator.control_url() << "\"}"
              << std::endl;
    int signal = 0;
    sigwait(&ends, &signal);
    simulator.stop();
    return 0;
}

}  // namespace

int main(int count, char** values) {
    const std::span<char*> arguments(values + 1,
                                     static_cast<std::size_t>(count > 0 ? count - 1 : 0));
    if (asks_for_help(arguments)) {
        std::cout << usage << SimulatorOptions::help();
        return 0;
    }
    try {
        return run(arguments);
    } catch (const tsflow::ConfigError& error) {
        std::cerr << "massive-sim: " << error.what() << '\n';
        return exit_wrong_usage;
    } catch (const std::exception& error) {
        std::cerr << "massive-sim: " << error.what() << '\n';
        return exit_failed;
    }
}
