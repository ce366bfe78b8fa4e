#include "aggregates_refresh.hpp"

#include <array>

namespace tsflow::timescale {

namespace {

// Ranges closer than a day become one. What lies between them costs nothing: the server refreshes only where
// it knows of changes.
constexpr const char* merge_sql = R"sql(
    WITH taken AS (DELETE FROM tsflow.touched_ranges WHERE table_name = $1 RETURNING first, last),
         marked AS (
             SELECT first, last, first > max(last) OVER (ORDER BY first, last
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) + interval '1 day' AS apart
             FROM taken),
         numbered AS (
             SELECT first, last, count(*) FILTER (WHERE apart) OVER (ORDER BY first, last) AS island
             FROM marked)
    INSERT INTO tsflow.touched_ranges (table_name, first, last)
    SELECT $1, min(first), max(last) FROM numbered GROUP BY island RETURNING id
)sql";

/// `time`, a timestamp with time zone, as the type of the hypertable's time column, which is UTC.
std::string as_time_of(const TableFacts& table, const std::string& time) {
    const ColumnFacts* column = table.find(table.hypertable->time_column);
    switch (column->type) {
        case SqlType::timestamp:
            return "(" + time + ") AT TIME ZONE 'UTC'";
        case SqlType::date:
            return "((" + time + ") AT TIME ZONE 'UTC')::date";
        default:
            return time;
    }
}

// A window refreshes the buckets that lie within it as a whole, so it is a bucket wider at each end.
void refresh(Connection& connection, const TableFacts& table, const Aggregate& aggregate,
             std::string_view id) {
    const std::string width = Connection::literal(aggregate.width) + "::interval";
    const std::string first = as_time_of(table, "first - " + width);
    const std::string end = as_time_of(table, "least(last + " + width + ", now())");
    const Answer window =
        connection.execute("SELECT " + first + ", " + end + ", pg_typeof(" + first +
                           ") FROM tsflow.touched_ranges WHERE id = " + std::string{id});
    if (window.rows() == 0) {
        return;
    }
    const std::string type = "::" + std::string{window.text(0, 2)};
    connection.execute("CALL refresh_continuous_aggregate(" + Connection::literal(aggregate.name) +
                       ", " + Connection::literal(window.text(0, 0)) + type + ", " +
                       Connection::literal(window.text(0, 1)) + type + ")");
}

/// Held by the session that refreshes a table.
class RefreshLock {
public:
    RefreshLock(Connection& connection, const TableFacts& table)
        : connection_(connection),
          key_("hashtextextended(" + Connection::literal("tsflow refresh " + table.quoted()) +
               ", 0)") {
        held_ = connection_.execute("SELECT pg_try_advisory_lock(" + key_ + ")").boolean(0, 0);
    }
    RefreshLock(const RefreshLock&) = delete;
    RefreshLock& operator=(const RefreshLock&) = delete;
    ~RefreshLock() {
        if (held_ && !connection_.broken()) {
            try {
                connection_.execute("SELECT pg_advisory_unlock(" + key_ + ")");
            } catch (const Error&) {  // the connection broke, which gives the lock back too
                return;
            }
        }
    }
    explicit operator bool() const noexcept { return held_; }

private:
    Connection& connection_;
    std::string key_;
    bool held_ = false;
};

}  // namespace

std::size_t refresh_touched(Connection& connection, const TableFacts& table) {
    const RefreshLock lock(connection, table);
    if (!lock) {
        return 0;
    }
    const std::string name = table.quoted();
    const std::array parameters{text_parameter(name)};
    const Answer merged = connection.execute(merge_sql, parameters);
    if (merged.rows() == 0) {
        return 0;
    }
    const std::vector<Aggregate> aggregates = aggregates_on(connection, table);
    for (std::size_t row = 0; row < merged.rows(); ++row) {
        for (const Aggregate& aggregate : aggregates) {
            refresh(connection, table, aggregate, merged.text(row, 0));
        }
        connection.execute("DELETE FROM tsflow.touched_ranges WHERE id = " +
                           std::string{merged.text(row, 0)});
    }
    return merged.rows();
}

AggregateRefresher::AggregateRefresher(Address address, std::vector<TableFacts> tables,
                                       Duration every, TouchedFlag touched, Context& context)
    : address_(std::move(address)),
      tables_(std::move(tables)),
      every_(every),
      touched_(std::move(touched)),
      context_(context),
      thread_([this] { run(); }) {}

AggregateRefresher::~AggregateRefresher() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void AggregateRefresher::run() {
    std::unique_lock lock(mutex_);
    bool again = true;  // of an earlier run there may be ranges
    for (bool last = false; !last;) {
        wake_.wait_for(lock, every_, [&] { return stop_; });
        last = stop_;
        lock.unlock();
        // What was touched may not have been committed when it was first looked for.
        const bool touched = touched_->exchange(false);
        if (touched || again || last) {
            refresh();
        }
        again = touched;
        lock.lock();
    }
}

void AggregateRefresher::refresh() noexcept {
    try {
        Connection connection(address_);
        for (const TableFacts& table : tables_) {
            const std::size_t ranges = refresh_touched(connection, table);
            context_.counter("aggregates_refreshed").add(ranges);
        }
    } catch (const std::exception& error) {
        context_.log(Level::warning,
                     std::string{"continuous aggregates are not refreshed yet where rows came "
                                 "late, and will be: "} +
                         error.what());
    }
}

}  // namespace tsflow::timescale
