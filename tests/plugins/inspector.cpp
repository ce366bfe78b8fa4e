// Stands for `tsflow` in tests of the loader: it knows the one command that inspections need.
#include <cstdlib>
#include <string_view>

#include "plugins/inspect.hpp"

int main(int count, char** arguments) {
    if (count == 3 && std::string_view{arguments[1]} == tsflow::inspect_command) {
        return tsflow::inspect_library(arguments[2]);
    }
    return EXIT_FAILURE;
}
