#pragma once

#include <chrono>
#include <cstdint>

namespace tsflow {

/// A counter that runs evenly, for shares of time only: its unit is unknown. Read twice for each batch
/// and node, so it has to be cheap; the steady clock costs two to three times as much.
inline std::int64_t ticks() noexcept {
#if defined(__x86_64__)
    return static_cast<std::int64_t>(__builtin_ia32_rdtsc());
#else
    return std::chrono::steady_clock::now().time_since_epoch().count();
#endif
}

}  // namespace tsflow
