#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bar.hpp"
#include "sim/options.hpp"

namespace tsflow::massive_sim {

/// What truly happened in a market, minute by minute, whoever asks and in whatever order.
class BarSource {
public:
    virtual ~BarSource() = default;

    /// Tickers by their number. Grows only by symbol().
    const std::vector<std::string>& symbols() const noexcept { return symbols_; }
    /// The number of a ticker; nothing when it does not exist.
    virtual std::optional<std::size_t> symbol(std::string_view ticker) = 0;

    /// The bar of a ticker's minute; nothing when there was no trade.
    virtual std::optional<Bar> bar(std::size_t symbol, std::int64_t minute) const = 0;
    /// Appends a ticker's bars of the minutes [first, last].
    virtual void bars(std::size_t symbol, std::int64_t first, std::int64_t last,
                      std::vector<Bar>& out) const = 0;
    /// The first minute from `minute` on that may have bars; nothing when there is none.
    virtual std::optional<std::int64_t> next_minute(std::int64_t minute) const = 0;

    /// The minute that play begins with when it begins now.
    virtual std::int64_t first_minute() const = 0;
    /// Before this minute there is nothing to be known.
    virtual std::int64_t history_begin() const = 0;

protected:
    std::vector<std::string> symbols_;
};

/// Reads the flat files that `options` name. Throws Error when there is nothing to play.
std::unique_ptr<BarSource> make_flat_files(const SimulatorOptions& options);
/// Makes a market up.
std::unique_ptr<BarSource> make_synthetic(const SimulatorOptions& options);

}  // namespace tsflow::massive_sim
