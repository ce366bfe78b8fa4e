// What rankings must know to go on after a restart: histories, and what went out last.

#include <string>

#include "rankings.hpp"

namespace tsflow::rankings {

namespace {

void save_told(StateWriter& state, std::uint64_t fingerprint) {
    state.text({reinterpret_cast<const char*>(&fingerprint), sizeof fingerprint});
}

void load_told(StateReader& state, std::uint64_t& fingerprint) {
    const std::string_view bytes = state.text();
    if (bytes.size() != sizeof fingerprint) {
        throw Error(
            "the saved state is of another version of rankings; start without the old "
            "checkpoint");
    }
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(&fingerprint));
}

}  // namespace

void Rankings::save(StateWriter& state) const {
    state.integer(told_day_.time_since_epoch().count());
    state.integer(static_cast<std::int64_t>(history_.size()));
    for (std::size_t slot = 0; slot < history_.size(); ++slot) {
        history_[slot].save(state);
        save_told(state, told_[slot]);
    }
    state.integer(static_cast<std::int64_t>(rank_by_.size()));
    for (const Metric metric : rank_by_) {
        state.text(metrics[metric].name);
    }
    state.integer(static_cast<std::int64_t>(universes_.size()));
    for (const Universe& universe : universes_) {
        save_universe(state, universe);
    }
}

void Rankings::save_universe(StateWriter& state, const Universe& universe) {
    state.text(universe.status.text());
    state.integer(static_cast<std::int64_t>(universe.told.size()));
    for (const Standing& standing : universe.told) {
        state.integer(standing.rank);
        state.integer(standing.rank_delta);
        state.real(standing.pct_rank);
        state.real(standing.rsi_pct_rank);
        state.integer(standing.rating);
        state.boolean(standing.is_new);
    }
    for (const Ranked& ranked : universe.by) {
        ranked.since.save(state);
    }
    for (const auto& places : universe.told_top) {
        state.integer(static_cast<std::int64_t>(places.size()));
        for (const Place& place : places) {
            state.text(place.symbol.text());
            state.real(place.value);
            state.integer(place.rank);
            state.integer(place.rank_delta);
            state.boolean(place.is_new);
        }
    }
}

void Rankings::load(StateReader& state) {
    told_day_ = Date{Date::duration{static_cast<std::int32_t>(state.integer())}};
    const auto count = static_cast<std::size_t>(state.integer());
    if (count > history_.size()) {
        throw Error("the saved state has more symbols than there are members");
    }
    for (std::size_t slot = 0; slot < count; ++slot) {
        history_[slot].restore(state);
        load_told(state, told_[slot]);
    }
    std::vector<std::string> by(static_cast<std::size_t>(state.integer()));
    for (std::string& metric : by) {
        metric = state.text();
    }
    if (by != config_.rank_by) {
        throw Error(
            "the saved state is of other columns in 'rank_by'; go back to them, or start without "
            "the old checkpoint");
    }
    universes_.clear();
    for (std::int64_t left = state.integer(); left > 0; --left) {
        load_universe(state, add_universe());
    }
}

void Rankings::load_universe(StateReader& state, Universe& universe) {
    universe.status = Symbol::intern(state.text());
    universe.told.resize(static_cast<std::size_t>(state.integer()));
    for (Standing& standing : universe.told) {
        standing.rank = static_cast<std::uint32_t>(state.integer());
        standing.rank_delta = static_cast<std::int32_t>(state.integer());
        standing.pct_rank = state.real();
        standing.rsi_pct_rank = state.real();
        standing.rating = static_cast<std::int8_t>(state.integer());
        standing.is_new = state.boolean();
    }
    for (Ranked& ranked : universe.by) {
        ranked.since.restore(state);
    }
    for (auto& places : universe.told_top) {
        places.resize(static_cast<std::size_t>(state.integer()));
        for (Place& place : places) {
            place.symbol = Symbol::intern(state.text());
            place.value = state.real();
            place.rank = static_cast<std::uint32_t>(state.integer());
            place.rank_delta = static_cast<std::int32_t>(state.integer());
            place.is_new = state.boolean();
        }
    }
}

}  // namespace tsflow::rankings
