#pragma once

#include <string>

namespace tsflow {

/// The shortest decimal text that reads back as exactly `value`: `100`, `55.25`, `1e-07`, `nan`, `-inf`.
/// Without an exponent from 1e-5 up to 1e16, where people expect none.
void append_real(std::string& out, double value);

}  // namespace tsflow
