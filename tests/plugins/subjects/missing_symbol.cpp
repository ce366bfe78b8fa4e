// A shared library that is no plugin.
#include "tsflow/export.hpp"

extern "C" TSFLOW_API int something_else();
extern "C" int something_else() {
    return 1;
}
