#pragma once

#include <cstdint>
#include <string_view>

/// Numbers that look random and are functions of what they are about, so that any minute of a
/// synthetic market can be told without those before it.
namespace tsflow::massive_sim {

/// Spreads a number over all 64 bits (the finalizer of SplitMix64).
constexpr std::uint64_t mix(std::uint64_t x) noexcept {
    x += 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
    return mix(mix(a) ^ b);
}

constexpr std::uint64_t mix(std::string_view text) noexcept {
    std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    return mix(hash);
}

/// From 0 up to, not including, 1.
constexpr double fraction(std::uint64_t hash) noexcept {
    return static_cast<double>(hash >> 11) * 0x1p-53;
}

constexpr bool happens(std::uint64_t hash, double percent) noexcept {
    return fraction(hash) * 100 < percent;
}

}  // namespace tsflow::massive_sim
