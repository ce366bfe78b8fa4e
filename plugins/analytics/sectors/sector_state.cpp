#include "sector_state.hpp"

namespace tsflow::sectors {

namespace {

template <class Numbers>
void save_numbers(StateWriter& state, const Numbers& numbers) {
    for (const double number : numbers) {
        state.real(number);
    }
}

template <class Numbers>
void restore_numbers(StateReader& state, Numbers& numbers) {
    for (double& number : numbers) {
        number = state.real();
    }
}

}  // namespace

void Level::commit(double level) {
    if (market::known(level)) {
        value_ = level;
    }
    history_.commit(value_);
}

void Level::save(StateWriter& state) const {
    state.real(value_);
    history_.save(state);
}

void Level::restore(StateReader& state) {
    value_ = state.real();
    history_.restore(state);
}

void Today::clear(std::int32_t min_members) {
    index = market::SectorIndex({.start = 1, .min_members = min_members});
    breadth = {};
    above = {};
    returns.clear();
}

void SectorState::save(StateWriter& state) const {
    level.save(state);
    rotation.save(state);
    tracker.save(state);
    state.boolean(moved);
    for (std::size_t view = 0; view < told.size(); ++view) {
        save_numbers(state, told[view]);
        state.time(told_at[view]);
        state.real(told_status[view]);
    }
    save_numbers(state, told_rotation);
    state.time(told_rotation_at);
}

void SectorState::restore(StateReader& state) {
    level.restore(state);
    rotation.restore(state);
    tracker.restore(state);
    moved = state.boolean();
    for (std::size_t view = 0; view < told.size(); ++view) {
        restore_numbers(state, told[view]);
        told_at[view] = state.time();
        told_status[view] = state.real();
    }
    restore_numbers(state, told_rotation);
    told_rotation_at = state.time();
}

}  // namespace tsflow::sectors
