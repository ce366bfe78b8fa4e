#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tool/arguments.hpp"

namespace tsflow::tool {

inline constexpr int exit_ok = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_config = 78;  ///< a ConfigError

struct Tool {
    std::string name;  ///< as it is called: `tsflow universe`
    std::string help;
    std::vector<Option> options;
    /// The exit code; throws UsageError for a wrong command line, and what it likes otherwise.
    std::function<int(const Arguments&)> work;
};

/// The `main()` of a tool: help, and what was thrown as a message on standard error with its exit code.
int run(const Tool& tool, int argc, const char* const* argv);

/// The whole text to standard output or standard error.
void print(std::string_view text);
void print_error(std::string_view text);

}  // namespace tsflow::tool
