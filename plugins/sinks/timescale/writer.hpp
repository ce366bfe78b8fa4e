#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "writer_pace.hpp"
#include "writer_session.hpp"

namespace tsflow::timescale {

/// When rows make a transaction.
struct WriterLimits {
    std::size_t tables = 1;
    std::size_t batch_rows = 50'000;
    Duration batch_interval = std::chrono::milliseconds{250};
};

/// What a writer did since it was last asked.
struct WriterReport {
    std::vector<Rejection> rejections;
    std::uint64_t rows = 0;  ///< committed, refused ones included
    std::uint64_t transactions = 0;
    std::uint64_t times_cut = 0;
    Duration last_commit{};  ///< how long the last transaction took
};

/// A thread with a session, and the rows that wait for it. The sink's thread adds rows, and learns at its
/// next call when writing earlier ones has failed:
///
///     add() → pending → (batch_rows, batch_interval or flush()) → in hand → committed
///                                                                   └ failed: stays in hand
///
/// After a RetryableError the writer rests until the next call asks it to try again, so that the pause
/// between two tries is the caller's.
class Writer {
public:
    Writer(const WriterSetup& setup, const WriterLimits& limits);
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    /// What was not flushed is dropped.
    ~Writer();

    /// Takes rows for table `table`. Blocks while several transactions' worth of rows wait. Throws the
    /// failure of earlier rows, and then these were not taken.
    void add(std::size_t table, const Batch& batch);
    /// Has all rows written without delay, and `checkpoint` in the last transaction if it is not null. Throws
    /// the failure of earlier rows.
    void flush(const Checkpoint* checkpoint);
    /// Returns when flush() is done; throws its failure.
    void wait();
    WriterReport take_report();

private:
    using Lock = std::unique_lock<std::mutex>;
    void run();
    bool due(std::chrono::steady_clock::time_point now) const;
    void take_in_hand();
    void write_in_hand(Lock& lock);
    void settle_failure(Lock& lock);

    const WriterLimits limits_;
    WriterSession session_;
    WriterPace pace_;

    std::mutex mutex_;
    std::condition_variable work_;     // for the writer
    std::condition_variable changed_;  // for the sink
    TableBatches pending_;
    std::size_t pending_rows_ = 0;
    std::chrono::steady_clock::time_point first_added_;
    TableBatches in_hand_;
    std::size_t in_hand_rows_ = 0;
    bool flush_ = false;
    std::optional<Checkpoint> checkpoint_;
    std::exception_ptr failure_;
    bool again_ = false;  // after a failure
    bool stop_ = false;
    WriterReport report_;

    std::thread thread_;  // last: it uses all of the above
};

}  // namespace tsflow::timescale
