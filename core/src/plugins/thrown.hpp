#pragma once

#include <string>

namespace tsflow {

/// Type and text of the exception being handled, such as `std::out_of_range: vector::at`. Only inside
/// a catch block.
std::string describe_thrown();

}  // namespace tsflow
