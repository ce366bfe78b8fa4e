#include "runtime/metrics.hpp"

#include <cmath>

namespace tsflow {

std::uint64_t LatencyHistogram::quantile(double q) const noexcept {
    if (count == 0) {
        return 0;
    }
    const auto rank = static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(count)));
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < buckets.size(); ++i) {
        below += buckets[i];
        if (below >= rank && below > 0) {
            return std::uint64_t{2} << i;
        }
    }
    return std::uint64_t{1} << buckets.size();
}

}  // namespace tsflow
