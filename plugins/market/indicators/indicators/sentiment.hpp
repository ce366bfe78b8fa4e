#pragma once

#include <array>
#include <cstdint>

#include "indicators/value.hpp"

namespace tsflow::market {

/// The four segments of a universe by the change of its members, as the threshold bars of TickStock show
/// them: each in percent of those whose change is known.
class ThresholdBar {
public:
    enum Segment : std::uint8_t {
        significant_decline,  ///< change < -threshold
        minor_decline,        ///< -threshold <= change < 0
        minor_advance,        ///< 0 <= change < threshold
        significant_advance,  ///< change >= threshold
    };

    /// `threshold` as a fraction, 0.10 for 10 %.
    explicit ThresholdBar(double threshold = 0.10) : threshold_(threshold) {}

    Segment segment_of(double change) const noexcept;
    /// `change` as a fraction; unknown counts as a member alone.
    void add(double change) noexcept { count(change, 1); }
    void remove(double change) noexcept { count(change, -1); }

    std::int32_t members() const noexcept { return members_; }
    std::int32_t reporting() const noexcept {
        return counts_[0] + counts_[1] + counts_[2] + counts_[3];
    }
    std::int32_t count(Segment segment) const noexcept { return counts_[segment]; }
    double percent(Segment segment) const noexcept {
        return 100 * quotient(counts_[segment], reporting());
    }
    /// Both segments of either side, for the bar without a threshold: below 0, and from 0.
    double decline_percent() const noexcept {
        return 100 * quotient(counts_[significant_decline] + counts_[minor_decline], reporting());
    }
    double advance_percent() const noexcept {
        return 100 * quotient(counts_[minor_advance] + counts_[significant_advance], reporting());
    }

private:
    void count(double change, std::int32_t by) noexcept;

    double threshold_;
    std::int32_t members_ = 0;
    std::array<std::int32_t, 4> counts_{};
};

/// What the composite is made of, each as its own analytic publishes it.
struct SentimentInputs {
    double advance_percent = unknown;       ///< 100 A / (A + D)
    double up_volume_percent = unknown;     ///< 100 UV / (UV + DV)
    double above_sma50_percent = unknown;   ///< of universe
    double above_sma200_percent = unknown;  ///< of universe
    double record_high_percent = unknown;   ///< 100 NH / (NH + NL)
    double mcclellan = unknown;             ///< ratio-adjusted, scale 1000
};

/// Not negative; 0 leaves a part out.
struct SentimentWeights {
    double advance = 1;
    double up_volume = 1;
    double above_sma50 = 1;
    double above_sma200 = 1;
    double record_high = 1;
    double mcclellan = 1;
    /// Oscillator at which its part is at its end, 0 or 100.
    double mcclellan_full = 100;
};

struct Sentiment {
    /// 0, all falls, to 100, all rises; 50 is balanced. Unknown when no part with a weight is known.
    double score = unknown;
    std::int32_t n_known = 0;  ///< parts with a weight that are known
    std::int32_t n_parts = 0;  ///< parts with a weight
};

/// The weighted mean of the known parts, each from 0 to 100; the oscillator enters as
/// 50 + 50 * clamp(MO / mcclellan_full, -1, 1). There is no standard for such a figure: what it says is in
/// its parts, and the weights are the user's.
Sentiment sentiment(const SentimentInputs& inputs, const SentimentWeights& weights = {}) noexcept;

}  // namespace tsflow::market
