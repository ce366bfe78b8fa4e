#pragma once

#include <cstdint>
#include <vector>

#include "indicators/value.hpp"
#include "indicators/window.hpp"

namespace tsflow::market {

/// A point on the rotation map; 100 is the benchmark's pace.
struct RotationPoint {
    double ratio = unknown;     ///< x, rel_strength_ratio
    double momentum = unknown;  ///< y, rel_strength_momentum

    bool is_known() const noexcept { return known(ratio) && known(momentum); }
    /// From (100, 100).
    double distance() const noexcept;
    /// The direction of the step from `before` to here, in degrees clockwise from upwards, 0 to 360: 45
    /// is a gain in both. Unknown without a step.
    double heading(const RotationPoint& before) const noexcept;
};

enum class RotationMethod : std::uint8_t {
    ratio,   ///< X = 100 RS / SMA_n(RS), Y = 100 X / SMA_m(X): scale-free, keeps the magnitude
    zscore,  ///< X = 100 + z_n(RS), Y = 100 + z_n(X_t / X_(t-k) - 1), z with n, not n - 1
};

struct RotationConfig {
    RotationMethod method = RotationMethod::ratio;
    std::size_t n = 14;  ///< periods: 14 weeks, or 50 sessions
    std::size_t m = 14;  ///< of `ratio` alone: 14 weeks, or 10 sessions
    std::size_t k = 1;   ///< of `zscore` alone
    std::size_t tail = 8;
};

/// Relative strength and its momentum of a sector's index against a benchmark's, period by period. Not the
/// JdK indicators, whose formulas are not public. Warm-up: n + m - 1 periods, or 2n + k - 1. A z-score
/// without deviation is unknown; by `ratio` a benchmark against itself stays at exactly (100, 100).
class Rotation {
public:
    explicit Rotation(const RotationConfig& config = {});

    /// A period in which either is unknown is left out.
    void commit(double sector, double benchmark);
    RotationPoint live(double sector, double benchmark) const;
    /// The newest committed points, at most `tail`, oldest first; those that are known.
    const std::vector<RotationPoint>& tail() const noexcept { return tail_; }
    RotationPoint value() const noexcept { return tail_.empty() ? RotationPoint{} : tail_.back(); }

    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    double x_of(double strength) const;
    double y_of(double x) const;
    double change_of(double x) const;

    RotationConfig config_;
    Window<double> strengths_;
    Window<double> xs_;
    Window<double> changes_;
    std::vector<RotationPoint> tail_;
};

enum class Quadrant : std::uint8_t { none, leading, weakening, lagging, improving };

/// By the signs alone: x >= 100 and y >= 100 lead, and so on clockwise.
Quadrant quadrant_of(const RotationPoint& point) noexcept;

/// Which quadrant a sector is in for the purpose of events, which should not flutter: a coordinate changes
/// its side only when it is `band` beyond 100, and the new quadrant counts when it was seen in `confirm`
/// committed periods in a row.
class QuadrantTracker {
public:
    explicit QuadrantTracker(double band = 0.1, std::int32_t confirm = 1)
        : band_(band), confirm_(confirm) {}

    /// True when the quadrant has changed. An unknown point is left out.
    bool commit(const RotationPoint& point) noexcept;
    /// What the next `commit` would take for the quadrant before confirmation.
    Quadrant candidate(const RotationPoint& point) const noexcept;
    Quadrant quadrant() const noexcept { return quadrant_; }
    /// Committed periods in this quadrant, 1 in the first.
    std::int32_t age() const noexcept { return age_; }

    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    double band_;
    std::int32_t confirm_;
    Quadrant quadrant_ = Quadrant::none;
    Quadrant pending_ = Quadrant::none;
    std::int32_t pending_count_ = 0;
    std::int32_t age_ = 0;
};

}  // namespace tsflow::market
