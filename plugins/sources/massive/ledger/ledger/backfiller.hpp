#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include "ledger/bar_service.hpp"
#include "ledger/fill.hpp"
#include "ledger/gap.hpp"
#include "tsflow/context.hpp"

namespace tsflow::massive {

/// Fetches what holes lack, on a thread of its own, for as long as the pipeline runs. Its methods may be
/// called from any thread.
///
///     backfiller.order(ledger.unsettled(), margin);
///     for (FillResult& result : backfiller.take()) {
///         // emit result.bars, unless newer versions of them came from the feed; then, for each gap:
///         made.push_back({id, result.through, bars_of(result, gap)});
///         // with trouble the caller decides
///     }
///     ledger.progress(made, now);
///
/// What fails and may pass is tried again with exponential back-off and full jitter (0.5 s to 60 s), or
/// when the service says; meanwhile other orders go on. A 429 holds all of them back.
class Backfiller {
public:
    using Log = std::function<void(Level, std::string_view)>;
    /// Called from the backfiller's thread when results are there. Must not throw.
    using Wake = std::function<void()>;
    /// Waits until notified, or about as long as given (none: for ever); may return early.
    using Wait = std::function<void(std::condition_variable&, std::unique_lock<std::mutex>&,
                                    std::optional<Duration>)>;

    /// `requests_per_minute` 0: no limit. Throws ConfigError when the URL is none.
    Backfiller(RestClient::Options options, std::uint64_t requests_per_minute, const Clock& clock,
               Log log, Wake wake);
    /// With another service, and another way to wait than by the system's clock.
    Backfiller(std::unique_ptr<BarService> service, std::uint64_t requests_per_minute,
               const Clock& clock, Log log, Wake wake, Wait wait);
    Backfiller(const Backfiller&) = delete;
    Backfiller& operator=(const Backfiller&) = delete;
    ~Backfiller();

    /// Orders what these gaps lack from their `filled_to` on. One request per ticker and range: gaps of
    /// one ticker and channel that touch are one order, and what is ordered already is not asked for
    /// twice. A window is fetched `settle_margin` after its end or later, when no late trade changes it
    /// any more. A gap without an end is fetched as far as it can be now. Gaps of channels without a
    /// span_of() are passed over.
    void order(const std::vector<Gap>& gaps, Duration settle_margin);

    /// The results so far, in the order in which they came. Never blocks. While they are not taken the
    /// backfiller stops asking.
    std::vector<FillResult> take();

    /// Orders whose last result was not taken yet.
    std::size_t pending() const;

    struct Counts {
        std::uint64_t requests = 0;
        std::uint64_t retries = 0;       ///< requests after a failed one
        std::uint64_t rate_limited = 0;  ///< answered with 429
    };
    Counts counts() const noexcept;

    /// Ends the request under way and the thread. Nothing comes after; what was not taken stays.
    void stop();

private:
    struct State;

    void work();
    void ask(std::unique_lock<std::mutex>& lock);
    void deliver(std::vector<FillResult> results);
    bool full() const noexcept;

    std::unique_ptr<BarService> service_;
    const Clock& clock_;
    Log log_;
    Wake wake_;
    Wait wait_;
    mutable std::mutex mutex_;  ///< over `state_`
    std::condition_variable changed_;
    std::unique_ptr<State> state_;
    std::atomic<std::uint64_t> requests_{0};
    std::atomic<std::uint64_t> retries_{0};
    std::atomic<std::uint64_t> rate_limited_{0};
    std::thread thread_;
};

}  // namespace tsflow::massive
