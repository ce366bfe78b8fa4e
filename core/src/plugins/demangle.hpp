#pragma once

#include <string>

namespace tsflow {

/// The C++ name behind a symbol or type name, such as `tsflow::Error`; other text as it is.
std::string demangle(const std::string& symbol);

}  // namespace tsflow
