#include "indicators/sentiment.hpp"

#include <algorithm>

namespace tsflow::market {

ThresholdBar::Segment ThresholdBar::segment_of(double change) const noexcept {
    if (change < 0) {
        return change < -threshold_ ? significant_decline : minor_decline;
    }
    return change < threshold_ ? minor_advance : significant_advance;
}

void ThresholdBar::count(double change, std::int32_t by) noexcept {
    members_ += by;
    if (known(change)) {
        counts_[segment_of(change)] += by;
    }
}

Sentiment sentiment(const SentimentInputs& inputs, const SentimentWeights& weights) noexcept {
    Sentiment result;
    double sum = 0;
    double weight_sum = 0;
    const auto take = [&](double value, double weight) {
        if (weight == 0) {
            return;
        }
        ++result.n_parts;
        if (known(value)) {
            ++result.n_known;
            sum += weight * value;
            weight_sum += weight;
        }
    };
    take(inputs.advance_percent, weights.advance);
    take(inputs.up_volume_percent, weights.up_volume);
    take(inputs.above_sma50_percent, weights.above_sma50);
    take(inputs.above_sma200_percent, weights.above_sma200);
    take(inputs.record_high_percent, weights.record_high);
    const double oscillator =
        known(inputs.mcclellan)
            ? 50 + 50 * std::clamp(inputs.mcclellan / weights.mcclellan_full, -1.0, 1.0)
            : unknown;
    take(oscillator, weights.mcclellan);
    result.score = quotient(sum, weight_sum);
    return result;
}

}  // namespace tsflow::market
