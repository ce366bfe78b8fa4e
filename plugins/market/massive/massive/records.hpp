#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

#include "tsflow/record.hpp"
#include "tsflow/symbol.hpp"
#include "tsflow/time.hpp"

/// The rows that events of the stocks feed become, one struct a kind. All of them end with when the
/// frame was read, and with the name of the connection that it came over (`rest` for what the REST
/// service gave). Texts are views: into the batch when a record was read from one.
namespace tsflow::market::massive {

/// A bar of a minute or a second; begins with the columns of market::Bar.
struct Aggregate {
    Symbol symbol;
    Timestamp timestamp;  ///< START of the window
    double open = 0;
    double high = 0;
    double low = 0;
    double close = 0;
    double volume = 0;
    std::optional<std::int64_t> transactions;  ///< never on the wire
    std::optional<double> vwap;
    std::optional<double> day_volume;
    std::optional<double> day_open;
    std::optional<double> day_vwap;
    std::optional<double> average_size;
    std::optional<bool> otc;
    Timestamp received;
    Symbol connection;

    static constexpr auto columns() {
        return std::tuple{column("symbol", &Aggregate::symbol).key(),
                          column("timestamp", &Aggregate::timestamp).key().event_time(),
                          column("open", &Aggregate::open).in("USD"),
                          column("high", &Aggregate::high).in("USD"),
                          column("low", &Aggregate::low).in("USD"),
                          column("close", &Aggregate::close).in("USD"),
                          column("volume", &Aggregate::volume).in("shares"),
                          column("transactions", &Aggregate::transactions).in("count"),
                          column("vwap", &Aggregate::vwap).in("USD"),
                          column("day_volume", &Aggregate::day_volume).in("shares"),
                          column("day_open", &Aggregate::day_open).in("USD"),
                          column("day_vwap", &Aggregate::day_vwap).in("USD"),
                          column("average_size", &Aggregate::average_size).in("shares"),
                          column("otc", &Aggregate::otc),
                          column("received", &Aggregate::received),
                          column("connection", &Aggregate::connection)};
    }
};

struct Trade {
    Symbol symbol;
    Timestamp timestamp;        ///< of the consolidated tape
    std::int64_t exchange = 0;  ///< 0 when missing
    std::string_view trade_id;  ///< empty when missing
    double price = 0;
    double size = 0;
    std::optional<std::int64_t> tape;
    std::optional<std::string_view> conditions;  ///< as `12,37`
    std::optional<std::int64_t> sequence;
    std::optional<Timestamp> participant_timestamp;
    std::optional<std::int64_t> trf_id;
    std::optional<Timestamp> trf_timestamp;
    Timestamp received;
    Symbol connection;

    static constexpr auto columns() {
        return std::tuple{column("symbol", &Trade::symbol).key(),
                          column("timestamp", &Trade::timestamp).key().event_time(),
                          column("exchange", &Trade::exchange).key(),
                          column("trade_id", &Trade::trade_id).key(),
                          column("price", &Trade::price).in("USD"),
                          column("size", &Trade::size).in("shares"),
                          column("tape", &Trade::tape),
                          column("conditions", &Trade::conditions),
                          column("sequence", &Trade::sequence),
                          column("participant_timestamp", &Trade::participant_timestamp),
                          column("trf_id", &Trade::trf_id),
                          column("trf_timestamp", &Trade::trf_timestamp),
                          column("received", &Trade::received),
                          column("connection", &Trade::connection)};
    }
};

/// The best bid and ask. The vendor's pages disagree whether sizes are shares or round lots, so their
/// unit is just `count`.
struct Quote {
    Symbol symbol;
    Timestamp timestamp;
    std::int64_t sequence = 0;  ///< 0 when missing
    std::optional<double> bid_price;
    std::optional<double> bid_size;
    std::optional<std::int64_t> bid_exchange;
    std::optional<double> ask_price;
    std::optional<double> ask_size;
    std::optional<std::int64_t> ask_exchange;
    std::optional<std::int64_t> condition;
    std::optional<std::string_view> indicators;  ///< as `604,605`
    std::optional<std::int64_t> tape;
    Timestamp received;
    Symbol connection;

    static constexpr auto columns() {
        return std::tuple{column("symbol", &Quote::symbol).key(),
                          column("timestamp", &Quote::timestamp).key().event_time(),
                          column("sequence", &Quote::sequence).key(),
                          column("bid_price", &Quote::bid_price).in("USD"),
                          column("bid_size", &Quote::bid_size).in("count"),
                          column("bid_exchange", &Quote::bid_exchange),
                          column("ask_price", &Quote::ask_price).in("USD"),
                          column("ask_size", &Quote::ask_size).in("count"),
                          column("ask_exchange", &Quote::ask_exchange),
                          column("condition", &Quote::condition),
                          column("indicators", &Quote::indicators),
                          column("tape", &Quote::tape),
                          column("received", &Quote::received),
                          column("connection", &Quote::connection)};
    }
};

/// The price band of limit up, limit down.
struct Luld {
    Symbol symbol;
    Timestamp timestamp;
    std::int64_t sequence = 0;  ///< 0 when missing
    std::optional<double> high;
    std::optional<double> low;
    std::optional<std::string_view> indicators;
    std::optional<std::int64_t> tape;
    Timestamp received;
    Symbol connection;

    static constexpr auto columns() {
        return std::tuple{column("symbol", &Luld::symbol).key(),
                          column("timestamp", &Luld::timestamp).key().event_time(),
                          column("sequence", &Luld::sequence).key(),
                          column("high", &Luld::high).in("USD"),
                          column("low", &Luld::low).in("USD"),
                          column("indicators", &Luld::indicators),
                          column("tape", &Luld::tape),
                          column("received", &Luld::received),
                          column("connection", &Luld::connection)};
    }
};

/// Net order imbalance ahead of an auction.
struct Imbalance {
    Symbol symbol;
    Timestamp timestamp;
    std::int64_t sequence = 0;                     ///< 0 when missing
    std::optional<std::int64_t> auction_time;      ///< hour and minute in New York, as 1600
    std::optional<std::string_view> auction_type;  ///< O, M, H, C, P or R
    std::optional<std::int64_t> exchange;
    std::optional<double> imbalance;
    std::optional<double> paired;
    std::optional<double> book_clearing_price;
    Timestamp received;
    Symbol connection;

    static constexpr auto columns() {
        return std::tuple{column("symbol", &Imbalance::symbol).key(),
                          column("timestamp", &Imbalance::timestamp).key().event_time(),
                          column("sequence", &Imbalance::sequence).key(),
                          column("auction_time", &Imbalance::auction_time),
                          column("auction_type", &Imbalance::auction_type),
                          column("exchange", &Imbalance::exchange),
                          column("imbalance", &Imbalance::imbalance).in("shares"),
                          column("paired", &Imbalance::paired).in("shares"),
                          column("book_clearing_price", &Imbalance::book_clearing_price).in("USD"),
                          column("received", &Imbalance::received),
                          column("connection", &Imbalance::connection)};
    }
};

/// The vendor's own estimate of a price.
struct Fmv {
    Symbol symbol;
    Timestamp timestamp;
    double fair_market_value = 0;
    Timestamp received;
    Symbol connection;

    static constexpr auto columns() {
        return std::tuple{column("symbol", &Fmv::symbol).key(),
                          column("timestamp", &Fmv::timestamp).key().event_time(),
                          column("fair_market_value", &Fmv::fair_market_value).in("USD"),
                          column("received", &Fmv::received),
                          column("connection", &Fmv::connection)};
    }
};

}  // namespace tsflow::market::massive
