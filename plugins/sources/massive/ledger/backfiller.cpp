#include "ledger/backfiller.hpp"

#include <algorithm>
#include <iterator>
#include <random>
#include <string>
#include <utility>

#include "fill_queue.hpp"

namespace tsflow::massive {
namespace {

/// How much may wait to be taken: two of the service's largest pages.
constexpr std::size_t bars_waiting_limit = 100'000;
constexpr std::size_t results_waiting_limit = 1'000;
constexpr int too_many_requests = 429;

std::string what_failed(const FillQueue::Request& request, const FillQueue::Failure& failure) {
    return "backfill of " + request.symbol + " from " + format_timestamp(request.from) + ": " +
           failure.message + "; this is tried again for as long as the pipeline runs";
}

}  // namespace

struct Backfiller::State {
    FillQueue queue;
    std::vector<FillResult> results;
    std::size_t bars_waiting = 0;
    bool untold = false;  ///< results came since the last call of `wake`
    bool stopping = false;
};

Backfiller::Backfiller(std::unique_ptr<BarService> service, std::uint64_t requests_per_minute,
                       const Clock& clock, Log log, Wake wake, Wait wait)
    : service_(std::move(service)),
      clock_(clock),
      log_(std::move(log)),
      wake_(std::move(wake)),
      wait_(std::move(wait)),
      state_(std::make_unique<State>(
          State{FillQueue(RequestPace(requests_per_minute, std::random_device{}())),
                {},
                0,
                false,
                false})),
      thread_([this] { work(); }) {}

Backfiller::~Backfiller() {
    stop();
}

void Backfiller::stop() {
    {
        const std::lock_guard lock(mutex_);
        state_->stopping = true;
    }
    service_->cancel();
    changed_.notify_all();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void Backfiller::order(const std::vector<Gap>& gaps, Duration settle_margin) {
    const std::lock_guard lock(mutex_);
    deliver(state_->queue.add(gaps, settle_margin, clock_.now()));
    changed_.notify_all();
}

std::vector<FillResult> Backfiller::take() {
    const std::lock_guard lock(mutex_);
    state_->bars_waiting = 0;
    changed_.notify_all();
    return std::exchange(state_->results, {});
}

std::size_t Backfiller::pending() const {
    const std::lock_guard lock(mutex_);
    return state_->queue.size() + static_cast<std::size_t>(std::count_if(
                                      state_->results.begin(), state_->results.end(),
                                      [](const FillResult& result) { return result.done; }));
}

Backfiller::Counts Backfiller::counts() const noexcept {
    return {requests_, retries_, rate_limited_};
}

bool Backfiller::full() const noexcept {
    return state_->bars_waiting >= bars_waiting_limit ||
           state_->results.size() >= results_waiting_limit;
}

void Backfiller::deliver(std::vector<FillResult> results) {
    for (const FillResult& result : results) {
        state_->bars_waiting += result.bars.size();
        state_->untold = true;
    }
    std::move(results.begin(), results.end(), std::back_inserter(state_->results));
}

void Backfiller::work() {
    std::unique_lock lock(mutex_);
    while (!state_->stopping) {
        if (std::exchange(state_->untold, false)) {
            lock.unlock();
            wake_();
            lock.lock();
            continue;
        }
        if (full()) {
            wait_(changed_, lock, std::nullopt);
            continue;
        }
        const Timestamp now = clock_.now();
        const std::optional<Timestamp> due = state_->queue.due();
        if (!due || *due > now) {
            wait_(changed_, lock, due ? std::optional(*due - now) : std::nullopt);
            continue;
        }
        ask(lock);
    }
}

/// One request, if it is time for one; the lock is open meanwhile.
void Backfiller::ask(std::unique_lock<std::mutex>& lock) {
    const Timestamp requested = clock_.now();
    const std::optional<FillQueue::Request> request = state_->queue.next(requested);
    if (!request) {
        return;
    }
    lock.unlock();
    ++requests_;
    if (request->again) {
        ++retries_;
    }
    BarsPage page;
    std::optional<FillQueue::Failure> failure;
    try {
        page = request->page.empty()
                   ? service_->bars(request->symbol, request->span, request->from, request->to)
                   : service_->next(request->page);
    } catch (const RestError& error) {
        failure = {error.what(), error.status, error.retry, error.after};
    } catch (const std::exception& error) {
        // An answer that cannot be read: the range is asked for anew.
        failure = {error.what(), 0, false, {}};
    }
    lock.lock();
    if (state_->stopping) {
        return;
    }
    const Timestamp now = clock_.now();
    std::vector<FillResult> results;
    if (!failure) {
        if (auto result = state_->queue.answered(std::move(page), requested, now)) {
            results.push_back(std::move(*result));
        }
    } else {
        if (failure->status == too_many_requests) {
            ++rate_limited_;
        }
        results = state_->queue.failed(*failure, requested, now);
        if (state_->queue.worth_telling()) {
            log_(Level::warning, what_failed(*request, *failure));
        }
    }
    deliver(std::move(results));
}

}  // namespace tsflow::massive
