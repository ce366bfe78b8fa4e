#include "sdk/nearest.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace tsflow {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Edits that turn `a` into `b`: insert, delete, replace a character, swap two neighbours.
std::size_t edits(std::string_view a, std::string_view b) {
    // Three rows of the table of distances between all prefixes of `a` and of `b`.
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> now(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        now[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replace = last[j - 1] + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
            now[j] = std::min({last[j] + 1, now[j - 1] + 1, replace});
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1])) {
                now[j] = std::min(now[j], before_last[j - 2] + 1);
            }
        }
        std::swap(before_last, last);
        std::swap(last, now);
    }
    return last[b.size()];
}

}  // namespace

std::optional<std::string_view> nearest(std::string_view name,
                                        std::span<const std::string_view> candidates) {
    // A third of the longer text may differ: "pricee" is near "price", "id" is not near "ts".
    std::optional<std::string_view> best;
    std::size_t fewest = 0;
    for (std::string_view candidate : candidates) {
        const std::size_t count = edits(name, candidate);
        const std::size_t allowed = std::max(name.size(), candidate.size()) / 3;
        if (count <= allowed && (!best || count < fewest)) {
            best = candidate;
            fewest = count;
        }
    }
    return best;
}

}  // namespace tsflow
