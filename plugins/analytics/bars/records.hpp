#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

#include "tsflow/record.hpp"
#include "tsflow/symbol.hpp"
#include "tsflow/time.hpp"

namespace tsflow::bars {

/// What is needed of a trade; named as the feed's port `trades` has them.
struct Trade {
    Symbol symbol;
    Timestamp timestamp;
    double price = 0;
    double size = 0;
    std::optional<std::string_view> conditions;
    std::optional<std::int64_t> sequence;
    Timestamp received;

    static constexpr auto columns() {
        return std::tuple{
            column("symbol", &Trade::symbol),         column("timestamp", &Trade::timestamp),
            column("price", &Trade::price).in("USD"), column("size", &Trade::size).in("shares"),
            column("conditions", &Trade::conditions), column("sequence", &Trade::sequence),
            column("received", &Trade::received)};
    }
};

/// A bar as the feed's own ones are, with what trades do not tell left null, and its revision.
struct BuiltBar {
    Symbol symbol;
    Timestamp timestamp;  ///< START of the window
    double open = 0;
    double high = 0;
    double low = 0;
    double close = 0;
    double volume = 0;
    std::optional<std::int64_t> transactions;  ///< trades that count for the volume
    std::optional<double> vwap;
    std::optional<double> day_volume;  ///< of the trading day, up to the end of the window
    std::optional<double>
        day_open;  ///< unknown: the official open is the listing exchange's to tell
    std::optional<double> day_vwap;
    std::optional<double> average_size;
    std::optional<bool> otc;
    Timestamp received;  ///< of the newest trade
    Symbol connection;   ///< always `trades`
    std::int64_t revision = 0;

    static constexpr auto columns() {
        return std::tuple{column("symbol", &BuiltBar::symbol).key(),
                          column("timestamp", &BuiltBar::timestamp).key().event_time(),
                          column("open", &BuiltBar::open).in("USD"),
                          column("high", &BuiltBar::high).in("USD"),
                          column("low", &BuiltBar::low).in("USD"),
                          column("close", &BuiltBar::close).in("USD"),
                          column("volume", &BuiltBar::volume).in("shares"),
                          column("transactions", &BuiltBar::transactions).in("count"),
                          column("vwap", &BuiltBar::vwap).in("USD"),
                          column("day_volume", &BuiltBar::day_volume).in("shares"),
                          column("day_open", &BuiltBar::day_open).in("USD"),
                          column("day_vwap", &BuiltBar::day_vwap).in("USD"),
                          column("average_size", &BuiltBar::average_size).in("shares"),
                          column("otc", &BuiltBar::otc),
                          column("received", &BuiltBar::received),
                          column("connection", &BuiltBar::connection),
                          column("revision", &BuiltBar::revision).in("count")};
    }
};

}  // namespace tsflow::bars
