#include "store/store_history.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>
#include <utility>

#include "tsflow/error.hpp"
#include "values.hpp"

namespace tsflow::http {

namespace {

/// More requests than that wait for nobody.
constexpr std::size_t most_waiting = 64;
constexpr std::size_t rows_ahead = 1'000;
constexpr std::string_view sqlite = "sqlite:";

double real_of(const sql::Value& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        return static_cast<double>(*integer);
    }
    if (const auto* real = std::get_if<double>(&value)) {
        return *real;
    }
    double parsed = std::numeric_limits<double>::quiet_NaN();
    if (const auto* text = std::get_if<std::string_view>(&value)) {
        std::from_chars(text->data(), text->data() + text->size(), parsed);
    }
    return parsed;
}

/// The first whole unit at or behind `time`.
std::int64_t units_of(Timestamp time, std::int64_t per_second) {
    constexpr std::int64_t nanos = 1'000'000'000;
    const std::int64_t unit = nanos / per_second;
    const std::int64_t count = time.time_since_epoch().count();
    return count / unit + (count % unit > 0 ? 1 : 0);
}

}  // namespace

StoreHistory::StoreHistory(Secret url, std::string table, std::string application, Post post)
    : url_(std::move(url)),
      table_(std::move(table)),
      application_(std::move(application)),
      post_(std::move(post)),
      thread_([this] { serve(); }) {}

StoreHistory::~StoreHistory() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    asked_.notify_one();
    thread_.join();
}

void StoreHistory::bars(CandleRange range, Done done) {
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.size() < most_waiting) {
            waiting_.push_back({std::move(range), std::move(done)});
            asked_.notify_one();
            return;
        }
    }
    done({}, "too many requests wait for it");
}

void StoreHistory::serve() {
    std::unique_lock lock(mutex_);
    for (;;) {
        asked_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (stopping_) {
            return;
        }
        Request request = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        std::vector<Candle> candles;
        std::string problem;
        try {
            candles = read(request.range);
        } catch (const Error& error) {
            problem = error.what();
            database_.reset();
        }
        post_([done = std::move(request.done), candles = std::move(candles),
               problem = std::move(problem)]() mutable { done(std::move(candles), problem); });
        lock.lock();
    }
}

void StoreHistory::connect() {
    const std::string& url = url_.reveal();
    database_ = url.starts_with(sqlite) ? sql::open_sqlite(url.substr(sqlite.size()))
                                        : sql::open_postgres(url_, application_);
    // How the table writes times, by one of them.
    database_->begin("SELECT timestamp FROM " + sql::quoted_name(table_, true) + " LIMIT 1", {}, 1);
    units_per_second_.reset();
    std::vector<sql::Value> row;
    while (database_->next(row)) {
        if (const auto* number = std::get_if<std::int64_t>(&row[0])) {
            units_per_second_ = sql::units_per_second(*number);
        }
    }
}

sql::Value StoreHistory::bound(Timestamp time, std::string& text) const {
    if (units_per_second_) {
        return units_of(time, *units_per_second_);
    }
    text = format_timestamp(time);
    return std::string_view{text};
}

std::vector<Candle> StoreHistory::read(const CandleRange& range) {
    if (!database_) {
        connect();
    }
    std::string select = "SELECT timestamp, open, high, low, close, volume FROM " +
                         sql::quoted_name(table_, true) + " WHERE symbol = $1";
    std::vector<sql::Value> parameters{std::string_view{range.symbol}};
    std::string from;
    std::string to;
    const auto condition = [&](std::string_view comparison, Timestamp time, std::string& text) {
        parameters.push_back(bound(time, text));
        select +=
            " AND timestamp " + std::string{comparison} + " $" + std::to_string(parameters.size());
    };
    if (range.from != Timestamp::min()) {
        condition(">=", range.from, from);
    }
    if (range.to != Timestamp::max()) {
        condition("<", range.to, to);
    }
    select += " ORDER BY timestamp DESC LIMIT " + std::to_string(range.limit);
    database_->begin(select, parameters, rows_ahead);
    static const sql::Zone utc("UTC");
    std::vector<Candle> candles;
    std::vector<sql::Value> row;
    while (database_->next(row)) {
        const auto time = sql::to_timestamp(row[0], utc);
        if (!time) {
            throw Error("table '" + table_ + "' holds '" + sql::to_text(row[0]) +
                        "' as a timestamp");
        }
        candles.push_back({*time, real_of(row[1]), real_of(row[2]), real_of(row[3]),
                           real_of(row[4]), real_of(row[5])});
    }
    std::reverse(candles.begin(), candles.end());
    return candles;
}

}  // namespace tsflow::http
