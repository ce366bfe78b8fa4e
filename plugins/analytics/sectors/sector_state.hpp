#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "indicators/breadth.hpp"
#include "indicators/history.hpp"
#include "indicators/rotation.hpp"
#include "indicators/sector_index.hpp"
#include "tsflow/state.hpp"

namespace tsflow::sectors {

/// Sessions over which returns are told.
inline constexpr std::array<std::size_t, 6> windows{1, 5, 21, 63, 126, 252};

/// What is told of a sector, in the order of the columns; counts are whole numbers.
enum Figure : std::size_t {
    n_members,
    n_eligible,
    n_reporting,
    index,
    first_return,
    first_relative = first_return + windows.size(),
    rank = first_relative + windows.size(),
    advancing,
    declining,
    unchanged,
    pct_above_50,
    up_vol_share,
    median_ret,
    iqr_ret,
    figure_count
};
using Figures = std::array<double, figure_count>;

/// What is told of a sector's place on the rotation map.
enum RotationFigure : std::size_t {
    committed,  ///< 1: of a period that is over; 0: so far
    ratio,
    momentum,
    quadrant,  ///< as the signs say
    confirmed,
    age,
    moved,  ///< the confirmed quadrant has changed with this period
    distance,
    heading,
    rotation_status,
    rotation_count
};
using RotationFigures = std::array<double, rotation_count>;

/// By their bits: unknown is the same as unknown.
template <class Numbers>
bool same(const Numbers& a, const Numbers& b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), [](double x, double y) {
        return std::bit_cast<std::int64_t>(x) == std::bit_cast<std::int64_t>(y);
    });
}

/// A level from day to day, and those of the sessions before.
class Level {
public:
    double value() const noexcept { return value_; }
    bool begun() const noexcept { return history_.size() > 0; }
    double live_return(std::size_t sessions, double level) const noexcept {
        return history_.live_return(sessions, level);
    }
    /// The session is over; an unknown level leaves the old one.
    void commit(double level);

    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    double value_ = 100;
    market::CloseHistory history_{252};
};

/// The members of a sector today, counted anew for each publication: that takes no longer than to follow
/// each bar, and leaves no rounding behind.
struct Today {
    market::SectorIndex index;
    market::AdvanceDecline breadth;
    market::AboveAverage above;
    std::vector<double> returns;  ///< of members with a close before and a trade

    void clear(std::int32_t min_members);
};

/// What is kept of one sector of one universe.
struct SectorState {
    SectorState(const market::RotationConfig& config, double band, std::int32_t confirm)
        : rotation(config), tracker(band, confirm) {}

    Level level;
    market::Rotation rotation;
    market::QuadrantTracker tracker;
    bool moved = false;  ///< with the last committed period
    Today today;         ///< scratch of the publication that is being made
    double live = market::unknown;
    std::array<Figures, 2> told{};  ///< by view, what went out last
    std::array<Timestamp, 2> told_at{};
    std::array<double, 2> told_status{};
    RotationFigures told_rotation{};
    Timestamp told_rotation_at{};

    void save(StateWriter& state) const;
    void restore(StateReader& state);
};

}  // namespace tsflow::sectors
