#include "ledger/bar_service.hpp"

#include <algorithm>
#include <utility>

#include "ledger/backfiller.hpp"

namespace tsflow::massive {
namespace {

class RestService final : public BarService {
public:
    explicit RestService(RestClient::Options options) : client_(std::move(options)) {}
    BarsPage bars(std::string_view ticker, Span span, Timestamp from, Timestamp to) override {
        return client_.bars(ticker, span, from, to);
    }
    BarsPage next(const std::string& url) override { return client_.next(url); }
    void cancel() noexcept override { client_.cancel(); }

private:
    RestClient client_;
};

/// The clock of a pipeline may run faster than the system's, so it is looked at this often.
constexpr Duration longest_wait = std::chrono::milliseconds{250};

void wait_by_system(std::condition_variable& changed, std::unique_lock<std::mutex>& lock,
                    std::optional<Duration> time) {
    if (time) {
        changed.wait_for(lock, std::min(*time, longest_wait));
    } else {
        changed.wait(lock);
    }
}

}  // namespace

std::unique_ptr<BarService> rest_service(RestClient::Options options) {
    return std::make_unique<RestService>(std::move(options));
}

Backfiller::Backfiller(RestClient::Options options, std::uint64_t requests_per_minute,
                       const Clock& clock, Log log, Wake wake)
    : Backfiller(rest_service(std::move(options)), requests_per_minute, clock, std::move(log),
                 std::move(wake), wait_by_system) {}

}  // namespace tsflow::massive
