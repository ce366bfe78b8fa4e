#include <algorithm>
#include <cstddef>
#include <utility>

#include "tsflow/text.hpp"

namespace tsflow {

namespace {

std::string lower(std::string_view text) {
    std::string folded{text};
    for (char& c : folded) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    return folded;
}

/// Edits that turn `a` into `b`: insert, delete, replace a character, swap two neighbours.
std::size_t edits(std::string_view a, std::string_view b) {
    // Three rows of the table of the distances between all prefixes of `a` and of `b`.
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> now(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        now[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replace = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            now[j] = std::min({last[j] + 1, now[j - 1] + 1, replace});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                now[j] = std::min(now[j], before_last[j - 2] + 1);
            }
        }
        std::swap(before_last, last);
        std::swap(last, now);
    }
    return last[b.size()];
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
    constexpr std::size_t longest_word = 100;  // longer ones are no misspelt names
    const std::string folded = lower(word);
    const std::string* best = nullptr;
    std::pair<std::size_t, std::size_t> fewest;  // without and with regard to letter case
    for (const std::string& candidate : candidates) {
        // A third of the longer word may differ: "pricee" is near "price", "id" is not near "ts".
        const std::size_t longer = std::max(word.size(), candidate.size());
        if (longer > longest_word || candidate == word) {
            continue;
        }
        const std::size_t apart = edits(folded, lower(candidate));
        if (apart > std::max<std::size_t>(1, longer / 3) || apart >= longer) {
            continue;
        }
        const std::pair count{apart, edits(word, candidate)};
        if (best == nullptr || count < fewest) {
            best = &candidate;
            fewest = count;
        }
    }
    return best == nullptr ? std::string{} : *best;
}

}  // namespace tsflow
