#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "client.hpp"
#include "http.hpp"
#include "market.hpp"
#include "sim/options.hpp"
#include "splits.hpp"

namespace tsflow::massive_sim {

/// What the next requests get instead of an answer.
struct RestFault {
    std::int64_t count = 0;  ///< of requests that fail
    int status = 0;          ///< 0: the answer is right
    std::optional<std::int64_t> retry_after;
    bool empty_body = false;
    bool cut_short = false;
    std::int64_t delay_ms = 0;
};

/// The REST service: aggregates of what was played so far, and a little reference data.
class Rest {
public:
    /// `position_ms` tells the market's time.
    Rest(const SimulatorOptions& options, Market& market,
         std::function<std::int64_t()> position_ms);

    HttpResponse respond(const HttpRequest& request);

    void set_fault(const RestFault& fault) { fault_ = fault; }
    std::uint64_t requests() const noexcept { return requests_; }

private:
    std::optional<HttpResponse> refuse(const HttpRequest& request);
    HttpResponse aggregates(const HttpRequest& request, const std::vector<std::string>& parts);
    HttpResponse tickers(const HttpRequest& request);
    HttpResponse splits(const HttpRequest& request);
    HttpResponse market_status();
    HttpResponse error(int status, std::string_view name, std::string_view field,
                       std::string_view message);
    std::string request_id();

    const SimulatorOptions& options_;
    Market& market_;
    std::function<std::int64_t()> position_ms_;
    std::vector<Split> splits_;
    RestFault fault_;
    std::uint64_t requests_ = 0;
    struct Minute {
        Steady begin;
        std::int64_t requests = 0;
    };
    std::map<std::string, Minute> usage_;  // by key
};

}  // namespace tsflow::massive_sim
