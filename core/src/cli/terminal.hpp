#pragma once

#include <cstddef>
#include <string_view>

namespace tsflow::cli {

/// True when standard error is a terminal that colours are wanted on (NO_COLOR is unset, TERM not dumb).
bool colours_on_stderr();
bool stderr_is_terminal();
bool stdout_is_terminal();
/// Columns of the terminal at standard error; 80 when unknown.
std::size_t terminal_width();

/// The whole text to standard output or standard error. Ends quietly when nobody reads any more.
void print(std::string_view text);
void print_error(std::string_view text);

}  // namespace tsflow::cli
