// What stages must know to go on after a restart.

#include <string>

#include "stages.hpp"

namespace tsflow::stages {

namespace {

template <class T>
std::string_view bytes_of(const T& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(values[0])};
}

/// Throws Error when another number was saved.
template <class T>
void load_bytes(StateReader& state, T& values) {
    const std::string_view bytes = state.text();
    if (bytes.size() != values.size() * sizeof(values[0])) {
        throw Error(
            "the saved state is of another version of stages; start without the old "
            "checkpoint");
    }
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(values.data()));
}

}  // namespace

void Stages::save(StateWriter& state) const {
    state.text(config_.period);
    state.integer(told_day_.time_since_epoch().count());
    state.boolean(period_over_);
    state.integer(static_cast<std::int64_t>(symbols_.size()));
    for (const SymbolStage& symbol : symbols_) {
        symbol.save(state);
    }
    state.integer(static_cast<std::int64_t>(universes_.size()));
    for (const Universe& universe : universes_) {
        state.text(universe.status.text());
        state.integer(static_cast<std::int64_t>(universe.told.size()));
        state.text(bytes_of(universe.told));
        state.integer(static_cast<std::int64_t>(universe.told_counts.size()));
        for (const Count& count : universe.told_counts) {
            state.integer(count.members);
            state.integer(count.eligible);
            state.integer(count.reporting);
            state.text(bytes_of(count.stages));
            state.text(bytes_of(count.live));
        }
    }
}

void Stages::load(StateReader& state) {
    if (const std::string_view saved = state.text(); saved != config_.period) {
        throw Error("the saved stages are " + std::string{saved} + ", and 'period' is " +
                    config_.period + "; go back, or start without the old checkpoint");
    }
    told_day_ = Date{Date::duration{static_cast<std::int32_t>(state.integer())}};
    period_over_ = state.boolean();
    const auto count = static_cast<std::size_t>(state.integer());
    if (count > symbols_.size()) {
        throw Error("the saved state has more symbols than there are members");
    }
    for (std::size_t slot = 0; slot < count; ++slot) {
        symbols_[slot].restore(state);
    }
    universes_.clear();
    for (std::int64_t left = state.integer(); left > 0; --left) {
        Universe& universe = universes_.emplace_back();
        universe.status = Symbol::intern(state.text());
        universe.told.resize(static_cast<std::size_t>(state.integer()));
        load_bytes(state, universe.told);
        universe.told_counts.resize(static_cast<std::size_t>(state.integer()));
        for (Count& told : universe.told_counts) {
            told.members = state.integer();
            told.eligible = state.integer();
            told.reporting = state.integer();
            load_bytes(state, told.stages);
            load_bytes(state, told.live);
        }
    }
}

}  // namespace tsflow::stages
