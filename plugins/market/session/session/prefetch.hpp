#pragma once

#include <cstddef>

namespace tsflow::market {

/// So many symbols ahead of the one at work their state is brought nearer.
inline constexpr std::size_t prefetch_ahead = 4;

/// Brings an object nearer that will soon be read: many symbols' state does not fit a processor's cache.
template <class T>
void prefetch(const T& object) noexcept {
    constexpr std::size_t line = 64;
    const char* const begin = reinterpret_cast<const char*>(&object);
    for (std::size_t at = 0; at < sizeof object; at += line) {
        __builtin_prefetch(begin + at);
    }
}

}  // namespace tsflow::market
