#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "massive/channel.hpp"
#include "tsflow/error.hpp"
#include "tsflow/options.hpp"
#include "tsflow/time.hpp"

namespace tsflow::market::massive {

/// One bar of `/v2/aggs`. Prices USD, unadjusted; `start` is the START of the window.
struct RestBar {
    Timestamp start;
    double open = 0, high = 0, low = 0, close = 0;
    double volume = 0;  ///< shares, may be fractional
    std::optional<double> vwap;
    std::optional<std::int64_t> transactions;
};

struct BarsPage {
    std::vector<RestBar> bars;  ///< ascending in time
    std::string next;  ///< URL of the next page, of the same origin; empty: this was the last
    std::uint64_t unreadable = 0;  ///< entries of `results` that are no bars
};

/// Reads a reply's body. Throws Error when it is no such reply.
BarsPage parse_bars(std::string_view json);

/// One split of `/v3/reference/splits`.
struct RestSplit {
    std::string ticker;  ///< printable ASCII without blanks, commas and quotes
    Date ex_date{};      ///< first session in the new terms
    double ratio = 1;    ///< new shares for an old one: split_to / split_from
};

struct SplitsPage {
    std::vector<RestSplit> splits;  ///< as they come
    std::string next;               ///< as of BarsPage
    std::uint64_t unreadable = 0;
};

/// As parse_bars().
SplitsPage parse_splits(std::string_view json);

/// Why a request failed.
class RestError : public Error {
public:
    RestError(const std::string& what, int http_status, bool may_retry, Duration retry_after)
        : Error(what), status(http_status), retry(may_retry), after(retry_after) {}
    int status;      ///< HTTP, 0 when there was no answer
    bool retry;      ///< worth another try: no answer, 408, 413, 425, 429, 5xx
    Duration after;  ///< Retry-After, or 0
};

/// `second`, `minute` or `day` windows.
enum class Span : std::uint8_t { second, minute, day };

/// Asks the REST service for aggregates and splits, over one kept-alive connection. Blocking, one thread at a
/// time; only cancel() may come from another. Holds the key back from every message and log.
class RestClient {
public:
    struct Options {
        std::string url;  ///< origin, such as https://api.massive.com or http://127.0.0.1:8080
        Secret api_key;
        std::filesystem::path ca_file;                ///< PEM; empty: the system's
        Duration timeout = std::chrono::seconds{30};  ///< for each request as a whole
        std::int64_t page_limit = 50'000;
        /// Asked some ten times a second while a request waits: true does what cancel() does.
        std::function<bool()> stopping = {};
    };
    /// Throws ConfigError at `url`, `api_key` or `ca_file` when it cannot be used; connects with the first
    /// request.
    explicit RestClient(Options options);
    ~RestClient();
    RestClient(const RestClient&) = delete;
    RestClient& operator=(const RestClient&) = delete;

    /// The first page of bars with `from` <= start < `to`, unadjusted, ascending. Throws RestError.
    BarsPage bars(std::string_view ticker, Span span, Timestamp from, Timestamp to);
    /// A following page. Throws Error when `url` is of another origin.
    BarsPage next(const std::string& url);
    /// The first page of all splits with `from` <= ex-date <= `to`, ascending. Throws RestError.
    SplitsPage splits(Date from, Date to);
    SplitsPage next_splits(const std::string& url);
    /// One cheap request that shows whether service and key are good. Throws RestError.
    void check();
    /// Any thread: the request under way, and all later ones, end at once with RestError.
    void cancel() noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tsflow::market::massive
