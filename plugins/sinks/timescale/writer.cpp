#include "writer.hpp"

#include <algorithm>
#include <utility>

namespace tsflow::timescale {

namespace {

using Steady = std::chrono::steady_clock;

// Enough to go on with while a transaction is written; beyond it the sink's queue fills instead.
constexpr std::size_t most_pending_batches = 2;

}  // namespace

Writer::Writer(const WriterSetup& setup, const WriterLimits& limits)
    : limits_(limits),
      session_(setup),
      pace_(limits.batch_interval),
      pending_(limits.tables),
      in_hand_(limits.tables),
      thread_([this] { run(); }) {}

Writer::~Writer() {
    {
        const Lock lock(mutex_);
        stop_ = true;
    }
    work_.notify_one();
    thread_.join();
}

/// After a failure: has the writer try once more, and throws when that fails too.
void Writer::settle_failure(Lock& lock) {
    if (!failure_) {
        return;
    }
    again_ = true;
    work_.notify_one();
    changed_.wait(lock, [&] { return !again_; });
    if (failure_) {
        std::rethrow_exception(failure_);
    }
}

void Writer::add(std::size_t table, const Batch& batch) {
    Lock lock(mutex_);
    settle_failure(lock);
    const std::size_t most = most_pending_batches * limits_.batch_rows;
    changed_.wait(lock, [&] { return failure_ || pending_rows_ < most; });
    if (failure_) {
        std::rethrow_exception(failure_);
    }
    if (pending_rows_ == 0) {
        first_added_ = Steady::now();
    }
    pending_[table].push_back(batch);
    pending_rows_ += batch.rows();
    work_.notify_one();
}

void Writer::flush(const Checkpoint* checkpoint) {
    Lock lock(mutex_);
    flush_ = true;
    if (checkpoint != nullptr) {
        checkpoint_ = *checkpoint;
    }
    work_.notify_one();
    settle_failure(lock);
}

void Writer::wait() {
    // A failure is told also when it came first: to try again is for the next flush().
    Lock lock(mutex_);
    changed_.wait(lock, [&] { return failure_ || !flush_; });
    if (failure_) {
        std::rethrow_exception(failure_);
    }
}

WriterReport Writer::take_report() {
    const Lock lock(mutex_);
    const Duration last = report_.last_commit;
    WriterReport report = std::exchange(report_, {});
    report_.last_commit = last;
    return report;
}

bool Writer::due(Steady::time_point now) const {
    if (failure_) {
        return again_;
    }
    return flush_ || pending_rows_ >= limits_.batch_rows ||
           (pending_rows_ > 0 && now >= first_added_ + pace_.linger());
}

void Writer::run() {
    Lock lock(mutex_);
    while (!stop_) {
        if (due(Steady::now())) {
            write_in_hand(lock);
        } else if (!failure_ && pending_rows_ > 0) {
            work_.wait_until(lock, first_added_ + pace_.linger());
        } else {
            work_.wait(lock);
        }
    }
}

/// Whole batches, in their order, up to a transaction's worth and at least one of each table.
void Writer::take_in_hand() {
    for (std::size_t table = 0; table < pending_.size(); ++table) {
        std::vector<Batch>& from = pending_[table];
        auto end = from.begin();
        while (end != from.end() && (in_hand_rows_ < limits_.batch_rows || end == from.begin())) {
            in_hand_rows_ += end->rows();
            ++end;
        }
        in_hand_[table].assign(std::make_move_iterator(from.begin()), std::make_move_iterator(end));
        from.erase(from.begin(), end);
    }
    pending_rows_ -= in_hand_rows_;
    first_added_ = Steady::now();
}

void Writer::write_in_hand(Lock& lock) {
    if (in_hand_rows_ == 0) {
        take_in_hand();
    }
    std::optional<Checkpoint> checkpoint;
    if (flush_ && pending_rows_ == 0) {
        checkpoint = checkpoint_;
    }
    const bool last = flush_ && pending_rows_ == 0;
    lock.unlock();
    changed_.notify_one();  // there is room

    std::exception_ptr failure;
    std::vector<Rejection> rejections;
    const auto begin = Steady::now();
    try {
        if (in_hand_rows_ > 0 || checkpoint) {
            rejections = session_.write(in_hand_, checkpoint ? &*checkpoint : nullptr);
        }
    } catch (...) {
        failure = std::current_exception();
    }
    const Duration took = Steady::now() - begin;

    lock.lock();
    again_ = false;
    failure_ = failure;
    if (!failure) {
        pace_.committed(took);
        report_.rows += in_hand_rows_;
        ++report_.transactions;
        report_.times_cut += session_.take_cut();
        report_.last_commit = took;
        std::move(rejections.begin(), rejections.end(), std::back_inserter(report_.rejections));
        for (std::vector<Batch>& batches : in_hand_) {
            batches.clear();
        }
        in_hand_rows_ = 0;
        if (last) {
            flush_ = false;
            checkpoint_.reset();
        }
    }
    changed_.notify_one();
}

}  // namespace tsflow::timescale
