// What the market analytics cost: an indicator's update beside TA-Lib and Tulip, a minute of a whole market
// through all nodes beside DuckDB and pandas, a correction, the state of a symbol, and twenty years of daily bars.
//
//     bench_analytics [indicators] [burst] [backtest]     all of them, or those that are named

#include <cstdio>
#include <cstring>
#include <string_view>

#include "analytics.hpp"
#include "measure.hpp"

int main(int argc, char** argv) {
    using namespace tsflow::bench;
    const auto wanted = [&](std::string_view part) {
        bool named = argc < 2;
        for (int i = 1; i < argc; ++i) {
            named = named || part == argv[i];
        }
        return named;
    };
    bool right = true;
    if (wanted("indicators")) {
        right = indicators() && right;
    }
    if (wanted("burst")) {
        right = burst() && right;
    }
    if (wanted("backtest")) {
        backtest();
    }
    return right && all_met() ? 0 : 1;
}
