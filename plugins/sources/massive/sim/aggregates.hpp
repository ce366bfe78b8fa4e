#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bar.hpp"
#include "market.hpp"
#include "words.hpp"

namespace tsflow::massive_sim {

/// `/v2/aggs/ticker/{T}/range/{mult}/{span}/{from}/{to}` and its query.
struct AggregateRequest {
    std::string ticker;
    std::int64_t multiplier = 1;
    std::string span;
    std::int64_t from_ms = 0;
    std::int64_t to_ms = 0;    ///< inclusive
    std::size_t limit = 5000;  ///< of base aggregates that are scanned
    bool ascending = true;
    bool adjusted = true;
};

/// Throws Error with the sentence that the client is told. `parts` are those of the path.
AggregateRequest read_aggregate_request(const std::vector<std::string>& parts,
                                        const Parameters& query);

struct Bucket {
    std::int64_t start_ms = 0;
    Bar bar;
    double turnover = 0;
};

struct AggregatePage {
    std::size_t base_count = 0;
    std::vector<Bucket> buckets;
    /// Where the next page begins (or ends, when descending); nothing: this was the last.
    std::optional<std::int64_t> next_ms;
};

/// One page of what is known at that time of the market.
AggregatePage aggregate(const AggregateRequest& request, Market& market, std::int64_t position_ms);

/// Appends `,"results":[…]`, or nothing when there is none.
void append_results(std::string& json, const AggregatePage& page);

/// Path and query of the following page.
std::string next_path(const AggregateRequest& request, std::int64_t next_ms);

}  // namespace tsflow::massive_sim
