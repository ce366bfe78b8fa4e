#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "tsflow/symbol.hpp"

namespace tsflow::market::massive {

/// The symbols of tickers seen before, found with one multiplication: the process-wide dictionary
/// must hash texts of any length and follow a pointer to compare. Tickers of more than eight bytes
/// go straight to it.
class TickerCache {
public:
    /// `word_bytes` bytes from the ticker's beginning must be readable, whatever its length.
    static constexpr std::size_t word_bytes = 8;

    Symbol find(std::string_view ticker) {
        if (ticker.empty() || ticker.size() > word_bytes) {
            return Symbol::intern(ticker);
        }
        std::uint64_t word = 0;
        std::memcpy(&word, ticker.data(), word_bytes);
        word &= ~std::uint64_t{0} >> (8 * (word_bytes - ticker.size()));
        for (std::size_t at = place_of(word);; at = (at + 1) & (entries_.size() - 1)) {
            const Entry& entry = entries_[at];
            if (entry.word == word && entry.size == ticker.size()) {
                return entry.symbol;
            }
            if (entry.size == 0) {
                return add(at, word, ticker);
            }
        }
    }

private:
    struct Entry {
        std::uint64_t word = 0;
        Symbol symbol;
        std::uint32_t size = 0;  // 0: free
    };

    std::size_t place_of(std::uint64_t word) const noexcept {
        return static_cast<std::size_t>((word * 0x9e3779b97f4a7c15) >> shift_);
    }
    [[gnu::noinline]] Symbol add(std::size_t at, std::uint64_t word, std::string_view ticker) {
        const Symbol symbol = Symbol::intern(ticker);
        entries_[at] = {word, symbol, static_cast<std::uint32_t>(ticker.size())};
        if (2 * ++count_ > entries_.size()) {
            grow();
        }
        return symbol;
    }
    void grow() {
        std::vector<Entry> old(2 * entries_.size());
        std::swap(old, entries_);
        --shift_;
        for (const Entry& entry : old) {
            if (entry.size > 0) {
                std::size_t at = place_of(entry.word);
                while (entries_[at].size > 0) {
                    at = (at + 1) & (entries_.size() - 1);
                }
                entries_[at] = entry;
            }
        }
    }

    static constexpr int first_bits = 10;
    std::vector<Entry> entries_ = std::vector<Entry>(std::size_t{1} << first_bits);
    int shift_ = 64 - first_bits;
    std::size_t count_ = 0;
};

}  // namespace tsflow::market::massive
