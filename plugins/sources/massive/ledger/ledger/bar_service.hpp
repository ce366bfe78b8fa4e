#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "ledger/fill.hpp"

namespace tsflow::massive {

/// Whom the backfiller asks for bars; calls come from its thread. See RestClient, which it mirrors.
class BarService {
public:
    virtual ~BarService() = default;
    virtual BarsPage bars(std::string_view ticker, Span span, Timestamp from, Timestamp to) = 0;
    virtual BarsPage next(const std::string& url) = 0;
    /// Any thread: the request under way, and all later ones, fail at once.
    virtual void cancel() noexcept = 0;
};

/// The vendor's. Throws ConfigError when the URL is none.
std::unique_ptr<BarService> rest_service(RestClient::Options options);

}  // namespace tsflow::massive
