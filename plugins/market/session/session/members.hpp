#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "tsflow/state.hpp"
#include "tsflow/symbol.hpp"

namespace tsflow::market {

/// The number of a symbol within one node, from 0: what its arrays are indexed by.
using Slot = std::uint32_t;
inline constexpr Slot no_slot = std::numeric_limits<Slot>::max();

/// One bit for each universe, the first one's the least.
using UniverseSet = std::uint64_t;
inline constexpr std::size_t most_universes = 64;

/// Which symbols a node follows, and which universes each of them belongs to. Slots are given in the order of
/// enrolling and stay; a symbol that left its last universe keeps its slot.
class Members {
public:
    struct List {
        std::string universe;
        std::vector<std::string> symbols;
    };

    /// The universes from now on, at most 64, in this order. With none there is one, `all`, of every symbol
    /// that is asked for.
    void assign(const std::vector<List>& lists);
    bool open_ended() const noexcept { return open_ended_; }

    std::size_t size() const noexcept { return symbols_.size(); }
    Symbol symbol(Slot slot) const noexcept { return symbols_[slot]; }
    UniverseSet universes_of(Slot slot) const noexcept { return sets_[slot]; }

    std::size_t universes() const noexcept { return names_.size(); }
    Symbol universe(std::size_t index) const noexcept { return names_[index]; }

    /// `no_slot` for a symbol that is not followed.
    Slot find(Symbol symbol) const noexcept {
        const auto code = static_cast<std::size_t>(symbol.code());
        return code < slots_.size() ? slots_[code] : no_slot;
    }
    /// Gives the symbol the next slot, unless it has one.
    Slot enroll(Symbol symbol);
    /// All slots by their symbols' texts: the order in which rows go out.
    const std::vector<Slot>& by_text() const;

    void save(StateWriter& state) const;
    /// Takes the saved slots over, and the saved universes when they are named as those now are: members
    /// change between sessions only.
    void restore(StateReader& state);

private:
    std::vector<Symbol> symbols_;
    std::vector<UniverseSet> sets_;
    std::vector<Slot> slots_;  // by code
    std::vector<Symbol> names_;
    bool open_ended_ = false;
    mutable std::vector<Slot> by_text_;
};

/// Makes room for the slots up to `count` in an array by slot: all of them when they are known together, an eighth
/// more when they come one by one, where a vector by itself would leave up to half of it empty.
template <class T>
void make_room(std::vector<T>& slots, std::size_t count) {
    if (slots.capacity() < count) {
        slots.reserve(std::max(count, slots.capacity() + slots.capacity() / 8 + 8));
    }
}

/// Calls `use(index)` for each universe of the set.
template <class Use>
void for_each_universe(UniverseSet set, Use use) {
    for (; set != 0; set &= set - 1) {
        use(static_cast<std::size_t>(__builtin_ctzll(set)));
    }
}

}  // namespace tsflow::market
