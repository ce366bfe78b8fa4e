#include "plugins/thrown.hpp"

#include <cxxabi.h>

#include <exception>
#include <typeinfo>

#include "plugins/demangle.hpp"

namespace tsflow {

namespace {

std::string type_name() {
    const std::type_info* type = abi::__cxa_current_exception_type();
    if (type == nullptr) {
        return "an exception of a foreign language";
    }
    return demangle(type->name());
}

}  // namespace

std::string describe_thrown() {
    std::string name = type_name();
    try {
        throw;
    } catch (const std::exception& error) {
        return name + ": " + error.what();
    } catch (...) {
        return name;
    }
}

}  // namespace tsflow
