#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "tsflow/options.hpp"
#include "tsflow/schema.hpp"

namespace tsflow::timescale {

using Days = std::chrono::duration<std::int64_t, std::ratio<86'400>>;

/// A continuous aggregate that is made for the table.
struct AggregateOptions {
    std::string name;
    std::string table;
    Duration bucket{};
    std::string time_zone;
    std::vector<std::string> values{"open:first", "high:max", "low:min", "close:last",
                                    "volume:sum"};
    std::optional<Duration> refresh_every;
    std::optional<Duration> refresh_window;
};

/// What the pipeline file says of the tables; the base of the sink's Config.
struct TableOptions {
    bool create = true;
    std::vector<std::string> omit;
    std::vector<std::string> rename;
    bool hypertable = true;
    Duration chunk_interval = Days{7};
    std::string partitions = "none";
    std::vector<std::string> indexes;
    std::optional<Duration> compress_after;
    std::optional<Duration> drop_after;
    std::vector<AggregateOptions> aggregates;
    Duration refresh_late = std::chrono::seconds{30};
};

/// A column of the rows that the table gets, under its name there.
struct MappedColumn {
    std::size_t field;
    std::string name;
};
/// What `omit` and `rename` leave of a schema. Throws ConfigError for a column of the key that is left out
/// and for two columns of one name; with `strict` also for a column that the rows do not have.
std::vector<MappedColumn> mapped_columns(const TableOptions& options, const Schema& schema,
                                         bool strict);

/// Rules over the options alone.
void check_table_options(const TableOptions& options, OptionProblems& problems);
void check_aggregate_options(const AggregateOptions& options, OptionProblems& problems);

template <class Config>
void describe_table_options(Options<Config>& options) {
    using std::chrono::minutes;
    const auto own = []<class T>(T TableOptions::*member) -> T Config::* { return member; };
    const auto ns = [](Duration duration) { return static_cast<double>(duration.count()); };
    const Duration longest = Days{365 * 100};
    options.optional(
        "create", own(&TableOptions::create),
        "Whether to make what is missing: the table with its key, and what the options "
        "below ask for. What is there is checked and never changed");
    options.optional("omit", own(&TableOptions::omit),
                     "Columns of the rows that the table does not get");
    options.optional("rename", own(&TableOptions::rename),
                     "Columns that have another name in the table, each as ROWS_NAME=TABLE_NAME");
    options.optional("hypertable", own(&TableOptions::hypertable),
                     "Whether a table that is made becomes a hypertable, where the server has "
                     "TimescaleDB and the rows an event time");
    options
        .optional("chunk_interval", own(&TableOptions::chunk_interval),
                  "Time that a chunk of a hypertable spans")
        .range(ns(minutes{1}), ns(longest));
    options
        .optional(
            "partitions", own(&TableOptions::partitions),
            "Without TimescaleDB: partitions of a table that is made, by event time; they are "
            "made as rows come")
        .one_of({"none", "day", "month", "year"});
    options.optional(
        "indexes", own(&TableOptions::indexes),
        "Further indexes, each a list of the table's columns separated by commas, such "
        "as 'timestamp'");
    options
        .optional("compress_after", own(&TableOptions::compress_after),
                  "Age at which chunks are compressed, segmented by the key and ordered by time; "
                  "never unless set")
        .range(ns(minutes{1}), ns(longest));
    options
        .optional("drop_after", own(&TableOptions::drop_after),
                  "Age at which chunks are dropped; never unless set")
        .range(ns(minutes{1}), ns(longest));
    options.optional("refresh_late", own(&TableOptions::refresh_late),
                     "How often continuous aggregates are refreshed where rows came too late for "
                     "their own policies; 0s: never");
    options.tables(
        "aggregates", own(&TableOptions::aggregates), "Continuous aggregates of the table",
        [=](Options<AggregateOptions>& a) {
            a.required("name", &AggregateOptions::name, "Its name, NAME or SCHEMA.NAME")
                .such_as("bars_5min");
            a.optional("table", &AggregateOptions::table,
                       "Table that it is of, where the sink writes several");
            a.required("bucket", &AggregateOptions::bucket, "Time that one of its rows spans")
                .range(ns(minutes{1}), ns(Days{366}))
                .such_as("5m");
            a.optional("time_zone", &AggregateOptions::time_zone,
                       "Zone, such as America/New_York, whose midnight days begin at; UTC unless "
                       "set");
            a.optional(
                "values", &AggregateOptions::values,
                "Its columns, each COLUMN:FUNCTION with first, last (by time), min, max, sum, "
                "avg or count. By default those columns of a bar that the table has");
            a.optional("refresh_every", &AggregateOptions::refresh_every,
                       "How often its policy refreshes it; each bucket unless set")
                .range(ns(minutes{1}), ns(Days{366}));
            a.optional("refresh_window", &AggregateOptions::refresh_window,
                       "How far back its policy looks for changes; a day and no less than eight "
                       "buckets unless set")
                .range(ns(minutes{3}), ns(longest));
            a.check(check_aggregate_options);
        });
    options.check([](const Config& config, OptionProblems& problems) {
        check_table_options(config, problems);
    });
}

}  // namespace tsflow::timescale
