#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "api/history.hpp"
#include "database.hpp"
#include "tsflow/options.hpp"

namespace tsflow::http {

/// Reads bars out of a table of SQLite, PostgreSQL or TimescaleDB, on a thread of its own and never more
/// than one request at a time. The table has the columns symbol, timestamp, open, high, low, close and
/// volume. A connection is made with the first request, and again after one that failed.
class StoreHistory final : public History {
public:
    /// Runs a function on the thread that asks.
    using Post = std::function<void(std::function<void()>)>;

    /// `url`: `sqlite:FILE` or that of a server. `application` is the name that the server sees.
    StoreHistory(Secret url, std::string table, std::string application, Post post);
    ~StoreHistory() override;
    StoreHistory(const StoreHistory&) = delete;
    StoreHistory& operator=(const StoreHistory&) = delete;

    void bars(CandleRange range, Done done) override;

private:
    struct Request {
        CandleRange range;
        Done done;
    };
    void serve();
    std::vector<Candle> read(const CandleRange& range);
    void connect();
    sql::Value bound(Timestamp time, std::string& text) const;

    const Secret url_;
    const std::string table_;
    const std::string application_;
    const Post post_;
    std::unique_ptr<sql::Database> database_;  // the thread's
    std::optional<std::int64_t>
        units_per_second_;  // of numbers that are times; none: times are texts

    std::mutex mutex_;
    std::condition_variable asked_;
    std::deque<Request> waiting_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace tsflow::http
