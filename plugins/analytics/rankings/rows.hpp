#pragma once

#include <cstddef>

#include "figures.hpp"
#include "tsflow/schema.hpp"

namespace tsflow::rankings {

/// Columns that both ports begin with, behind the key.
namespace header {
enum : std::size_t {
    timestamp,
    session,
    status,
    as_of,
    seq,
    rev,
    n_members,
    n_eligible,
    n_reporting,
    count
};
}

/// Of port `ranks`: universe, symbol, trade_date, the header, the metrics, and then these.
namespace ranks_column {
enum : std::size_t {
    universe,
    symbol,
    trade_date,
    first_header,
    first_metric = first_header + header::count,
    base_sessions = first_metric + metric_count,
    surge,
    rank,
    pct_rank,
    rank_delta,
    rs_rating,
    rsi_pct_rank
};
}
SchemaPtr ranks_schema();

/// Of port `top`: the key, the header, and then these.
namespace top_column {
enum : std::size_t {
    universe,
    metric,
    side,
    place,
    trade_date,
    first_header,
    symbol = first_header + header::count,
    value,
    rank,
    rank_delta
};
}
SchemaPtr top_schema();

}  // namespace tsflow::rankings
