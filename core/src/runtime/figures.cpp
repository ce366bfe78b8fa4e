#include "runtime/figures.hpp"

#include <array>
#include <chrono>
#include <cstddef>

#include <fmt/format.h>

namespace tsflow {

double seconds(Duration duration) noexcept {
    return std::chrono::duration<double>(duration).count();
}

std::string grouped(std::uint64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3;) {
        at -= 3;
        text.insert(at, 1, ',');
    }
    return text;
}

std::string rounded(double number) {
    constexpr std::array<const char*, 4> suffixes{"", " k", " M", " G"};
    std::size_t step = 0;
    while (number >= 999.5 && step + 1 < suffixes.size()) {
        number /= 1000;
        ++step;
    }
    const int decimals = step == 0 || number >= 99.95 ? 0 : 1;
    return fmt::format("{:.{}f}{}", number, decimals, suffixes[step]);
}

std::string short_time(std::uint64_t nanoseconds) {
    const auto ns = static_cast<double>(nanoseconds);
    if (ns >= 1e9) {
        return fmt::format("{:.1f} s", ns / 1e9);
    }
    if (ns >= 1e6) {
        return fmt::format("{:.0f} ms", ns / 1e6);
    }
    return fmt::format("{:.0f} µs", ns / 1e3);
}

std::string clock_time(double seconds) {
    const auto whole = static_cast<std::uint64_t>(seconds < 0 ? 0 : seconds + 0.5);
    if (whole >= 3600) {
        return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
    }
    return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

}  // namespace tsflow
