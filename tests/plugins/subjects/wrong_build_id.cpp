// Built by another compiler with another string ABI. Enrolling would crash.
#include "tsflow/plugin.hpp"

namespace {

void enroll(tsflow::Registrar&) {
    __builtin_trap();
}

}  // namespace

extern "C" TSFLOW_API const tsflow::Manifest tsflow_plugin;
extern "C" const tsflow::Manifest tsflow_plugin{
    TSFLOW_ABI, sizeof(tsflow::Manifest), "gcc-4 cxx11abi=0", "wrong_build_id", "1.0.0", &enroll};
