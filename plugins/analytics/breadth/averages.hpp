#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "indicators/breadth.hpp"
#include "indicators/history.hpp"
#include "indicators/moving_average.hpp"

namespace tsflow::breadth {

/// A moving average by its name in the pipeline file, `sma50` or `ema20`.
struct Average {
    enum class Kind : std::uint8_t { sma, ema };
    Kind kind = Kind::sma;
    std::int64_t window = 0;
};

/// Nothing for a text that is none, or a window that is not from 2 to 1000.
std::optional<Average> parse_average(std::string_view text);

/// The closes of one symbol and what its averages are before today, so that a price stands above an average
/// or not by one comparison.
class SymbolAverages {
public:
    explicit SymbolAverages(const std::vector<Average>& averages);

    void commit(double close, const std::vector<Average>& averages);
    void apply_split(double ratio, const std::vector<Average>& averages);
    /// Of average `index`, for the session that follows what is committed.
    market::SmaThreshold sma_threshold(std::size_t index, const Average& average) const noexcept;
    double ema(std::size_t index) const noexcept { return emas_[index].value(); }

    void save(StateWriter& state) const;
    void restore(StateReader& state, const std::vector<Average>& averages);

private:
    void rebuild_sums(const std::vector<Average>& averages);

    market::CloseHistory closes_;
    std::vector<market::Ticks> sums_;  // by average: of the newest window - 1 closes
    std::vector<market::Ema> emas_;    // by average
};

}  // namespace tsflow::breadth
