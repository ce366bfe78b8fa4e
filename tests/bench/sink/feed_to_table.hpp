#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tsflow::bench {

/// Of a client that stores what the simulator sends, as fast as it is taken, in table `feed`.
struct FeedToTable {
    double rate = 0;    ///< rows a second from the first commit to the last
    double cpu_us = 0;  ///< of the client, a row
};

constexpr std::int64_t feed_events = 500'000;

/// The columns of table `feed`: those of TickStock's `ohlcv_1min`, prices as float8.
extern const std::vector<std::string> feed_columns;
/// Makes the table; the server notes when each row was committed.
void make_feed_table();

/// With further options of the pipeline, of its source and of its sink.
FeedToTable tsflow_feed_to_table(const std::string& pipeline = {}, const std::string& source = {},
                                 const std::string& sink = {});
FeedToTable python_feed_to_table();

/// By the server's own times of the commits; a client's start is no part of it. Throws Error unless all is
/// there.
double committed_rate();

}  // namespace tsflow::bench
