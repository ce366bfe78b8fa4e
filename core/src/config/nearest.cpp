#include <algorithm>
#include <cstddef>
#include <tuple>

#include "config/diagnostics.hpp"

namespace tsflow {
namespace {

std::string lower(std::string_view text) {
    std::string result{text};
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    return result;
}

/// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
        std::swap(before, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
    static constexpr std::size_t longest_word = 100;  // longer ones are no misspelt names
    if (word.empty() || word.size() > longest_word) {
        return {};
    }
    const std::string folded = lower(word);
    const std::string* best = nullptr;
    std::tuple<std::size_t, std::size_t> best_rank;
    for (const std::string& candidate : candidates) {
        const std::size_t longer = std::max(word.size(), candidate.size());
        const std::size_t allowed = std::max<std::size_t>(1, longer / 3);
        if (candidate == word || longer - std::min(word.size(), candidate.size()) > allowed) {
            continue;
        }
        const std::size_t apart = distance(folded, lower(candidate));
        if (apart > allowed || apart >= longer) {
            continue;
        }
        const std::tuple rank{apart, distance(word, candidate)};
        if (best == nullptr || rank < best_rank) {
            best = &candidate;
            best_rank = rank;
        }
    }
    return best == nullptr ? std::string{} : *best;
}

}  // namespace tsflow
