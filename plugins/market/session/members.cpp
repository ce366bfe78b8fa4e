#include "session/members.hpp"

#include <algorithm>
#include <numeric>

#include "tsflow/error.hpp"

namespace tsflow::market {

void Members::assign(const std::vector<List>& lists) {
    if (lists.size() > most_universes) {
        throw Error("there are " + std::to_string(lists.size()) + " universes, and at most " +
                    std::to_string(most_universes) + " are possible");
    }
    names_.clear();
    open_ended_ = lists.empty();
    std::fill(sets_.begin(), sets_.end(), UniverseSet{open_ended_ ? 1U : 0U});
    if (open_ended_) {
        names_.push_back(Symbol::intern("all"));
    }
    for (const List& list : lists) {
        const UniverseSet bit = UniverseSet{1} << names_.size();
        names_.push_back(Symbol::intern(list.universe));
        for (const std::string& symbol : list.symbols) {
            sets_[enroll(Symbol::intern(symbol))] |= bit;
        }
    }
}

Slot Members::enroll(Symbol symbol) {
    const auto code = static_cast<std::size_t>(symbol.code());
    if (code >= slots_.size()) {
        slots_.resize(std::max(Symbol::count(), code + 1), no_slot);
    }
    Slot& slot = slots_[code];
    if (slot == no_slot) {
        slot = static_cast<Slot>(symbols_.size());
        symbols_.push_back(symbol);
        sets_.push_back(open_ended_ ? 1 : 0);
    }
    return slot;
}

const std::vector<Slot>& Members::by_text() const {
    if (by_text_.size() != symbols_.size()) {
        by_text_.resize(symbols_.size());
        std::iota(by_text_.begin(), by_text_.end(), Slot{0});
        std::sort(by_text_.begin(), by_text_.end(),
                  [this](Slot a, Slot b) { return symbols_[a].text() < symbols_[b].text(); });
    }
    return by_text_;
}

void Members::save(StateWriter& state) const {
    state.integer(static_cast<std::int64_t>(names_.size()));
    for (const Symbol name : names_) {
        state.text(name.text());
    }
    state.integer(static_cast<std::int64_t>(symbols_.size()));
    for (std::size_t slot = 0; slot < symbols_.size(); ++slot) {
        state.text(symbols_[slot].text());
        state.integer(static_cast<std::int64_t>(sets_[slot]));
    }
}

void Members::restore(StateReader& state) {
    const Members now = *this;
    std::vector<Symbol> names(static_cast<std::size_t>(state.integer()));
    for (Symbol& name : names) {
        name = Symbol::intern(state.text());
    }
    const bool as_saved = names == names_;
    symbols_.clear();
    sets_.clear();
    slots_.clear();
    by_text_.clear();
    const auto count = static_cast<std::size_t>(state.integer());
    for (std::size_t i = 0; i < count; ++i) {
        const Slot slot = enroll(Symbol::intern(state.text()));
        const auto set = static_cast<UniverseSet>(state.integer());
        sets_[slot] = as_saved ? set : open_ended_ ? 1 : 0;
    }
    if (!as_saved) {
        for (std::size_t i = 0; i < now.size(); ++i) {
            sets_[enroll(now.symbols_[i])] = now.sets_[i];
        }
    }
}

}  // namespace tsflow::market
