#include "runtime/inbox.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <utility>

#include "runtime/conflate.hpp"
#include "tsflow/error.hpp"

namespace tsflow {

std::size_t Inbox::add_lane(const QueueSpec& queue, MakeSpill make_spill,
                            TellRefused tell_refused) {
    Lane& lane = lanes_.emplace_back();
    lane.queue = queue;
    lane.make_spill = std::move(make_spill);
    lane.tell_refused = std::move(tell_refused);
    return lanes_.size() - 1;
}

bool Inbox::counts_taken(const Lane& lane) noexcept {
    return lane.queue.when_full == WhenFull::block || lane.queue.when_full == WhenFull::spill;
}

bool Inbox::full(const Lane& lane, const Message& message) {
    const bool taken = counts_taken(lane);
    const std::size_t batches = lane.batches + (taken ? lane.batches_taken : 0);
    const std::uint64_t bytes = lane.bytes + (taken ? lane.bytes_taken : 0);
    // A batch larger than the whole limit passes when there is nothing else.
    return batches >= lane.queue.batches ||
           (batches > 0 && bytes + message.batch.bytes() > lane.queue.bytes);
}

void Inbox::count_in(Lane& lane, const Message& message) {
    if (message.kind == Message::Kind::batch) {
        ++lane.batches;
        lane.bytes += message.batch.bytes();
    }
}

void Inbox::count_out(Lane& lane, const Message& message) {
    if (message.kind == Message::Kind::batch) {
        --lane.batches;
        lane.bytes -= message.batch.bytes();
    }
}

void Inbox::drop_unwanted_barriers(Lane& lane) {
    std::size_t entry = lane.entries.size();
    while (entry-- > 0 && lane.entries[entry].message.kind != Message::Kind::batch) {
        const auto kind = [&lane](std::size_t i) { return lane.entries[i].message.kind; };
        const auto begin = lane.entries.begin();
        if (kind(entry) == Message::Kind::barrier &&
            !wanted_(lane.entries[entry].message.barrier->id)) {
            lane.entries.erase(begin + static_cast<std::ptrdiff_t>(entry));
        } else if (entry + 1 < lane.entries.size() && kind(entry) == Message::Kind::watermark &&
                   kind(entry + 1) == Message::Kind::watermark) {
            lane.entries.erase(begin + static_cast<std::ptrdiff_t>(entry));
        }
    }
}

void Inbox::append(Lane& lane, Message message) {
    if (message.kind == Message::Kind::barrier) {
        drop_unwanted_barriers(lane);
    }
    count_in(lane, message);
    if (message.kind == Message::Kind::watermark && !lane.entries.empty() &&
        lane.entries.back().message.kind == Message::Kind::watermark) {
        lane.entries.back().message.time = message.time;
        return;
    }
    lane.entries.push_back({arrivals_++, std::move(message)});
}

void Inbox::drop_oldest(Lane& lane) {
    // Only control messages can stand before the oldest batch, and they are few: watermarks in a row
    // are merged, and one barrier at most is under way.
    const auto oldest = std::find_if(lane.entries.begin(), lane.entries.end(), [](const Entry& e) {
        return e.message.kind == Message::Kind::batch;
    });
    count_out(lane, oldest->message);
    lane.dropped_rows += oldest->message.batch.rows();
    const auto next = lane.entries.erase(oldest);
    if (next != lane.entries.end() && next != lane.entries.begin() &&
        next->message.kind == Message::Kind::watermark &&
        std::prev(next)->message.kind == Message::Kind::watermark) {
        lane.entries.erase(std::prev(next));
    }
}

std::optional<Message> Inbox::conflate_with(Lane& lane, Message& message) {
    // Rows may not cross a barrier, so only what stands behind the last one is merged. A watermark
    // within moves behind the merged rows, which only makes its promise weaker.
    const auto barrier =
        std::find_if(lane.entries.rbegin(), lane.entries.rend(),
                     [](const Entry& e) { return e.message.kind == Message::Kind::barrier; });
    const auto begin = barrier.base();
    std::vector<Batch> batches;
    std::optional<Message> watermark;
    std::size_t rows = message.batch.rows();
    for (auto entry = begin; entry != lane.entries.end(); ++entry) {
        Message& waiting = entry->message;
        if (waiting.kind == Message::Kind::batch) {
            count_out(lane, waiting);
            rows += waiting.batch.rows();
            message.ingested = std::min(message.ingested, waiting.ingested);
            batches.push_back(std::move(waiting.batch));
        } else if (waiting.kind == Message::Kind::watermark) {
            watermark = std::move(waiting);
        }
    }
    lane.entries.erase(begin, lane.entries.end());
    batches.push_back(std::move(message.batch));
    message.batch = conflate(batches);
    lane.dropped_rows += rows - message.batch.rows();
    return watermark;
}

void Inbox::push(std::size_t index, Message message) {
    std::unique_lock lock(mutex_);
    Lane& lane = lanes_[index];
    message.lane = static_cast<std::uint32_t>(index);
    std::optional<Message> behind;
    if (message.kind == Message::Kind::batch) {
        lane.rows += message.batch.rows();
    }
    if (goes_to_disk(lane, message)) {
        put_on_disk(lane, std::move(message), lock);
        return;
    }
    if (message.kind == Message::Kind::batch) {
        if (full(lane, message)) {
            switch (lane.queue.when_full) {
                case WhenFull::spill:
                case WhenFull::block: {
                    const auto start = std::chrono::steady_clock::now();
                    ++producers_wait_;
                    emptied_.wait(lock, [&] { return aborted_ || !full(lane, message); });
                    --producers_wait_;
                    lane.blocked_ns += (std::chrono::steady_clock::now() - start).count();
                    break;
                }
                case WhenFull::drop_newest:
                    lane.dropped_rows += message.batch.rows();
                    return;
                case WhenFull::drop_oldest:
                    while (lane.batches > 0 && full(lane, message)) {
                        drop_oldest(lane);
                    }
                    break;
                case WhenFull::conflate:
                    behind = conflate_with(lane, message);
                    break;
            }
        }
    }
    if (aborted_) {
        throw Cancelled{};
    }
    append(lane, std::move(message));
    if (behind) {
        append(lane, std::move(*behind));
    }
    wake_consumer(lane, lock);
}

void Inbox::wake_consumer(const Lane& lane, std::unique_lock<std::mutex>& lock) {
    if (consumer_waits_ && !lane.held) {
        consumer_waits_ = false;
        lock.unlock();
        filled_.wake();
    }
}

bool Inbox::anything() const {
    return std::any_of(lanes_.begin(), lanes_.end(), [](const Lane& lane) {
        return !lane.held && (!lane.entries.empty() || lane.ready > 0);
    });
}

void Inbox::take_from(Lane& lane, std::vector<Entry>& out) {
    const bool all = !counts_taken(lane);
    const std::size_t most = all ? lane.batches : std::max<std::size_t>(lane.queue.batches / 2, 1);
    const std::uint64_t bytes_before = lane.bytes;
    while (!lane.entries.empty()) {
        Entry& entry = lane.entries.front();
        if (entry.message.kind == Message::Kind::batch) {
            if (lane.batches_taken == most) {
                break;
            }
            ++lane.batches_taken;
        }
        count_out(lane, entry.message);
        out.push_back(std::move(entry));
        lane.entries.pop_front();
    }
    lane.bytes_taken = bytes_before - lane.bytes;
}

bool Inbox::await_filling(std::optional<SteadyTime> until, std::unique_lock<std::mutex>& lock) {
    consumer_waits_ = true;
    lock.unlock();
    if (!until) {
        filled_.sleep();
        lock.lock();
        return true;
    }
    const bool woken = filled_.sleep_until(*until);
    lock.lock();
    if (!woken && !std::exchange(consumer_waits_, false)) {
        // Somebody decided to wake this thread just when its time was up.
        lock.unlock();
        filled_.sleep();
        lock.lock();
        return true;
    }
    return woken;
}

bool Inbox::take(std::vector<Message>& out, std::optional<SteadyTime> until) {
    std::unique_lock lock(mutex_);
    for (Lane& lane : lanes_) {
        lane.batches_taken = 0;
        lane.bytes_taken = 0;
    }
    if (producers_wait_ > 0) {
        emptied_.notify_all();
    }
    while (!aborted_ && !anything()) {
        if (!await_filling(until, lock)) {
            break;
        }
    }
    if (aborted_) {
        return false;
    }
    taken_.clear();
    std::size_t open_lanes = 0;
    std::vector<FromDisk> from_disk;
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        Lane& lane = lanes_[i];
        if (!lane.held && !lane.entries.empty()) {
            ++open_lanes;
            take_from(lane, taken_);
        } else if (!lane.held && lane.ready > 0) {
            from_disk.push_back({i, lane.ready, {}});
        }
    }
    lock.unlock();
    if (open_lanes > 1) {
        std::stable_sort(taken_.begin(), taken_.end(),
                         [](const Entry& a, const Entry& b) { return a.arrival < b.arrival; });
    }
    for (Entry& entry : taken_) {
        out.push_back(std::move(entry.message));
    }
    take_from_disk(from_disk, out, lock);
    return true;
}

void Inbox::hold(std::size_t lane) {
    const std::lock_guard lock(mutex_);
    lanes_[lane].held = true;
}

void Inbox::release() {
    const std::lock_guard lock(mutex_);
    for (Lane& lane : lanes_) {
        lane.held = false;
    }
}

void Inbox::abort() {
    {
        const std::lock_guard lock(mutex_);
        aborted_ = true;
        if (std::exchange(consumer_waits_, false)) {
            filled_.wake();
        }
    }
    emptied_.notify_all();
}

Inbox::LaneMetrics Inbox::metrics(std::size_t index) const {
    const std::lock_guard lock(mutex_);
    const Lane& lane = lanes_[index];
    return {lane.batches,      lane.bytes,         lane.rows,    lane.dropped_rows, lane.blocked_ns,
            lane.spilled_rows, lane.spilled_bytes, lane.refused, lane.disk_bytes};
}

}  // namespace tsflow
