#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "aggregates_touched.hpp"
#include "tsflow/context.hpp"

namespace tsflow::timescale {

/// Refreshes, over its own connection, the continuous aggregates of a table where rows came late: all of
/// tsflow.touched_ranges, which then no longer lists it. Ranges that are near each other become one. Returns
/// how many were refreshed; one sink does it at a time, the others find nothing to do.
std::size_t refresh_touched(Connection& connection, const TableFacts& table);

/// A thread that does so for several tables, whenever rows were put down, and once more when it stops. A
/// failure is logged, and tried again the next time: the ranges are still there.
class AggregateRefresher {
public:
    AggregateRefresher(Address address, std::vector<TableFacts> tables, Duration every,
                       TouchedFlag touched, Context& context);
    AggregateRefresher(const AggregateRefresher&) = delete;
    AggregateRefresher& operator=(const AggregateRefresher&) = delete;
    /// Returns when the last refresh is done.
    ~AggregateRefresher();

private:
    void run();
    void refresh() noexcept;

    const Address address_;
    const std::vector<TableFacts> tables_;
    const Duration every_;
    const TouchedFlag touched_;
    Context& context_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stop_ = false;
    std::thread thread_;
};

}  // namespace tsflow::timescale
