#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tsflow::cli {

/// Names NAME for which there is an executable `tsflow-NAME` in the install's libexec folder or on the
/// PATH; sorted, each once.
std::vector<std::string> external_commands();
/// The executable of such a command; libexec comes before the PATH.
std::optional<std::string> find_external(const std::string& name);
/// Becomes that program, with `argv` as it was after NAME. Returns only when that fails: throws Error.
[[noreturn]] void execute_external(const std::string& program, char** argv);

}  // namespace tsflow::cli
