#pragma once

#include <cstdint>
#include <optional>

#include "bar.hpp"

namespace tsflow::massive_sim {

/// The way of a price through its minute: from open to close over the low and the high, each of which
/// is met in a second of its own. Summed up, its seconds are the minute's bar again.
class MinutePath {
public:
    MinutePath(const Bar& bar, std::uint64_t hash);

    const Bar& bar() const noexcept { return bar_; }
    /// The price at the end of a second, 0 to 59; before the first it is the open.
    double price(int second) const noexcept;
    /// The bar of a second; nothing when no share was traded in it.
    std::optional<Bar> second(int second) const noexcept;

private:
    Bar bar_;
    int low_at_ = 0;
    int high_at_ = 0;
};

}  // namespace tsflow::massive_sim
