#include "market.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tsflow/testing.hpp"

namespace tsflow::bench {

Market::Market(std::size_t symbols)
    : builder_(testing::schema(
          "symbol:symbol/key timestamp:timestamp/key/event_time open:float64[USD] "
          "high:float64[USD] low:float64[USD] close:float64[USD] volume:float64[shares] "
          "vwap:float64[USD]")) {
    for (std::size_t i = 0; i < symbols; ++i) {
        names_.push_back(Symbol::intern("S" + std::to_string(i)));
        cents_.push_back(2000.0 + static_cast<double>(i * 7'919 % 30'000));
    }
}

Batch Market::bars(Timestamp time) {
    std::vector<std::size_t> order(size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), random_);
    for (const std::size_t i : order) {
        add(i, time);
    }
    return builder_.finish();
}

Batch Market::bar(std::size_t symbol, Timestamp time) {
    add(symbol, time);
    return builder_.finish();
}

void Market::add(std::size_t symbol, Timestamp time) {
    const double open = cents_[symbol];
    const double close =
        std::max(100.0, std::round(open * (1 + 0.002 * (uniform_(random_) - 0.5))));
    cents_[symbol] = close;
    builder_.push(0, names_[symbol]);
    builder_.push(1, time);
    builder_.push(2, open / 100);
    builder_.push(3, (std::max(open, close) + 1) / 100);
    builder_.push(4, (std::min(open, close) - 1) / 100);
    builder_.push(5, close / 100);
    builder_.push(6, std::floor(100 + 1000 * uniform_(random_)));
    builder_.push(7, std::round(50 * (open + close)) / 1e4);
}

}  // namespace tsflow::bench
