#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tsflow/builder.hpp"
#include "tsflow/symbol.hpp"
#include "tsflow/time.hpp"

namespace tsflow::generator {

/// `SYN0001` for 0, and so on: no exchange has such tickers.
std::string ticker_of(std::size_t symbol);

/// Bars of a number of symbols, whose prices wander at random around where they started. Row k is bar
/// k / symbols of symbol k % symbols. Rows depend on the settings and on k alone, but must be made in
/// order, since each bar opens where the one before has closed.
class Walk {
public:
    struct Settings {
        std::uint64_t seed = 1;
        std::size_t symbols = 1;
        Timestamp start;
        Duration interval = Duration{1};
        double price = 100;         ///< average of the symbols' starting prices, in USD
        double volatility = 0.001;  ///< standard deviation of a bar's return
    };
    explicit Walk(const Settings& settings);

    /// Appends the next `count` rows to a builder of market::bar_schema().
    void append(std::size_t count, BatchBuilder& out);

    /// How many rows were made.
    std::uint64_t row() const noexcept { return row_; }
    /// The timestamp of the row that comes next; no later row has an earlier one.
    Timestamp time() const noexcept;

    /// With row(), all that a walk of the same settings needs to go on: the last price of each symbol,
    /// in cents.
    const std::vector<std::int64_t>& prices() const noexcept { return prices_; }
    /// `prices` must hold one price a symbol.
    void restore(std::uint64_t row, std::vector<std::int64_t> prices);

private:
    Settings settings_;
    std::vector<Symbol> symbols_;
    std::vector<std::int64_t> prices_;
    std::vector<double> home_;  // where the prices are drawn back to, in cents
    std::uint64_t row_ = 0;
};

}  // namespace tsflow::generator
