#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "calendar/calendar.hpp"
#include "driven.hpp"
#include "tsflow/builder.hpp"

namespace tsflow::market {

/// One bar of each of 10,000 symbols.
inline Batch burst_bars(Timestamp time, int step) {
    constexpr int symbols = 10'000;
    BatchBuilder rows(bars("").schema());
    for (int i = 0; i < symbols; ++i) {
        char name[16];
        std::snprintf(name, sizeof name, "S%05d", i);
        rows.push(0, Symbol::intern(name));
        rows.push(1, time);
        const double price = 20 + i % 300 + 0.01 * ((i * 7'919 + step * 104'729) % 500);
        std::size_t column = 2;
        for (const double value : {price, price + 0.02, price - 0.02, price, 1'000.0 + step}) {
            rows.push(column++, value);
        }
    }
    return rows.finish();
}

/// How long a whole minute of 10,000 symbols, each with a year of history behind it, takes a node, bars
/// and rows: prints the median of twenty minutes. For test cases that run only when they are named.
template <class N>
void time_bursts(const std::string& toml) {
    Driven<N> node(toml, {"bars", "daily"});
    node.clock("2030-01-01T00:00:00Z");
    const auto days =
        Calendar::us_equities().trading_days(*parse_date("2019-01-02"), *parse_date("2020-03-02"));
    for (std::size_t day = days.size() - 260; day < days.size(); ++day) {
        node.give(burst_bars(Timestamp{std::chrono::sys_days{days[day]}}, static_cast<int>(day)),
                  1);
    }
    node.finish_input(1);
    std::vector<double> ms;
    std::size_t rows = 0;
    for (int minute = 0; minute < 30; ++minute) {
        const Timestamp time = at("2020-03-03T14:30:00Z") + std::chrono::minutes{minute};
        const Batch batch = burst_bars(time, minute);
        node.out.batches.clear();
        const auto begin = std::chrono::steady_clock::now();
        node.give(batch);
        node.tick();
        if (node.out.batches.empty()) {
            node.node->advance(time + std::chrono::minutes{1}, node.out);
        }
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - begin;
        if (minute >= 10) {
            ms.push_back(took.count());
            rows = node.out.rows(0);
        }
    }
    std::sort(ms.begin(), ms.end());
    std::printf("%s: %.1f ms a minute of 10,000 symbols, %zu rows on the first port\n",
                std::string{N::name}.c_str(), ms[ms.size() / 2], rows);
}

}  // namespace tsflow::market
