#pragma once

#include <chrono>
#include <vector>

#include "tsflow/time.hpp"

namespace tsflow::market {

/// New York's clock by the system's time zone data.
class NewYork {
public:
    /// Knows the offsets of the days from `first` to `last`. Throws Error when the system has no time
    /// zone data.
    NewYork(Date first, Date last);

    /// The moment at which the clock shows `time` past the midnight that begins `date`. A time that the
    /// clock shows twice or never is none that sessions open or close at.
    Timestamp at(Date date, std::chrono::minutes time) const;

private:
    struct Offset {
        std::chrono::sys_seconds from;
        std::chrono::seconds offset;
    };
    std::vector<Offset> offsets_;  ///< ascending
};

}  // namespace tsflow::market
