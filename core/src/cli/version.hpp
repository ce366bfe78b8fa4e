#pragma once

#include <string>

namespace tsflow::cli {

/// `tsflow 0.1.0 (plugin ABI 2, gcc-12 cxx11abi=1)`
std::string version_text();
/// `0.1.0`
std::string version_number();

}  // namespace tsflow::cli
