// Built for another ABI, another manifest, by another compiler: all must be told. Enrolling would crash.
#include "tsflow/plugin.hpp"

namespace {

void enroll(tsflow::Registrar&) {
    __builtin_trap();
}

}  // namespace

extern "C" TSFLOW_API const tsflow::Manifest tsflow_plugin;
extern "C" const tsflow::Manifest tsflow_plugin{
    TSFLOW_ABI + 41, sizeof(tsflow::Manifest) + 8, "gcc-4 cxx11abi=0", "wrong_abi", "1.0.0",
    &enroll};
