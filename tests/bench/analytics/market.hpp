#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include "tsflow/batch.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/time.hpp"

namespace tsflow::bench {

/// Bars of a made-up market, whose prices wander at random in whole cents.
class Market {
public:
    explicit Market(std::size_t symbols);

    const SchemaPtr& schema() const { return builder_.schema(); }
    std::size_t size() const { return names_.size(); }
    std::string name(std::size_t symbol) const { return std::string{names_[symbol].text()}; }
    /// A bar of every symbol, of the window that starts at `time`, in an order of its own.
    Batch bars(Timestamp time);
    Batch bar(std::size_t symbol, Timestamp time);

private:
    void add(std::size_t symbol, Timestamp time);

    BatchBuilder builder_;
    std::vector<Symbol> names_;
    std::vector<double> cents_;
    std::mt19937 random_{1};
    std::uniform_real_distribution<double> uniform_{0, 1};
};

}  // namespace tsflow::bench
