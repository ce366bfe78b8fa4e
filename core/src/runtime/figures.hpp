#pragma once

#include <cstdint>
#include <string>

#include "tsflow/time.hpp"

namespace tsflow {

double seconds(Duration duration) noexcept;

// For people.

/// `1,234,567`
std::string grouped(std::uint64_t number);
/// `12.3 M`, `850`, for rates and sizes that are read at a glance.
std::string rounded(double number);
/// `1.5 s`, `32 ms`, `8 µs`
std::string short_time(std::uint64_t nanoseconds);
/// `0:07`, `12:30`, `1:02:03`
std::string clock_time(double seconds);

}  // namespace tsflow
