// What sectors must know to go on after a restart.

#include <algorithm>

#include "sectors.hpp"

namespace tsflow::sectors {

void Sectors::save(StateWriter& state) const {
    state.integer(static_cast<std::int64_t>(slots_.size()));
    for (const Member& member : slots_) {
        member.closes.save(state);
    }
    benchmark_.save(state);
    state.boolean(period_over_);
    state.integer(static_cast<std::int64_t>(universes_.size()));
    for (const Universe& universe : universes_) {
        // By name: the file may have other sectors when the state is read.
        state.integer(static_cast<std::int64_t>(universe.sectors.size()));
        for (std::size_t i = 0; i < universe.sectors.size(); ++i) {
            state.text(map_->sectors()[i]);
            universe.sectors[i].save(state);
        }
    }
}

void Sectors::load(StateReader& state) {
    const auto count = static_cast<std::size_t>(state.integer());
    if (count > slots_.size()) {
        throw Error("the saved state has more symbols than there are members");
    }
    for (std::size_t slot = 0; slot < count; ++slot) {
        slots_[slot].closes.restore(state);
    }
    benchmark_.restore(state);
    period_over_ = state.boolean();
    universes_.clear();
    make_universes();
    const auto saved = static_cast<std::size_t>(state.integer());
    for (std::size_t i = 0; i < saved; ++i) {
        for (std::int64_t left = state.integer(); left > 0; --left) {
            const std::string_view sector = state.text();
            const auto& names = map_->sectors();
            const auto at = std::find(names.begin(), names.end(), sector);
            SectorState gone(rotation_config_, config_.band,
                             static_cast<std::int32_t>(config_.confirm));
            const bool is_there = at != names.end() && i < universes_.size();
            (is_there ? universes_[i].sectors[static_cast<std::size_t>(at - names.begin())] : gone)
                .restore(state);
        }
    }
}

}  // namespace tsflow::sectors
