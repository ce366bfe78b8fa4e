// Stands for `tsflow` in tests of the loader: it knows the one command that inspections need.
#include <cstdlib>
#include <span>
#include <string_view>

#include "plugins/inspect.hpp"

int main(int count, char** arguments) {
    if (count >= 3 && std::string_view{arguments[1]} == tsflow::inspect_command) {
        return tsflow::inspect_libraries(std::span(arguments + 2, arguments + count));
    }
    return EXIT_FAILURE;
}
