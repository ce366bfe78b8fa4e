#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <tuple>

#include "tsflow/record.hpp"
#include "tsflow/schema.hpp"
#include "tsflow/symbol.hpp"
#include "tsflow/time.hpp"

namespace tsflow::market {

/// Open, high, low and close of one instrument over one window of time, as every market plugin passes
/// it on: the sources emit this schema, so that they can be exchanged for each other.
struct Bar {
    Symbol symbol;
    Timestamp timestamp;  ///< start of the window
    double open = 0;
    double high = 0;
    double low = 0;
    double close = 0;
    double volume = 0;  ///< may be fractional
    std::optional<std::int64_t> transactions;

    static constexpr auto columns() {
        return std::tuple{column("symbol", &Bar::symbol).key(),
                          column("timestamp", &Bar::timestamp).key().event_time(),
                          column("open", &Bar::open).in("USD"),
                          column("high", &Bar::high).in("USD"),
                          column("low", &Bar::low).in("USD"),
                          column("close", &Bar::close).in("USD"),
                          column("volume", &Bar::volume).in("shares"),
                          column("transactions", &Bar::transactions).in("count")};
    }
};

/// Indices of the columns above, for code that fills or reads them one by one.
namespace bar_column {
enum : std::size_t { symbol, timestamp, open, high, low, close, volume, transactions, count };
}

/// `schema_of<Bar>()`, made once.
const SchemaPtr& bar_schema();

}  // namespace tsflow::market
