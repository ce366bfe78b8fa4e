// The lanes of an inbox that go on on disk. While `spilled` is not zero, a lane's Spill belongs to its
// producer and the consumer alone, which use the two ends of it without the lock.

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "runtime/inbox.hpp"
#include "tsflow/error.hpp"

namespace tsflow {
namespace {

/// How long to wait for a disk that does not do what it should before the next try.
constexpr std::chrono::milliseconds try_again{100};

}  // namespace

bool Inbox::goes_to_disk(const Lane& lane, const Message& message) const {
    return !aborted_ && lane.make_spill &&
           (lane.spilled > 0 || (message.kind == Message::Kind::batch && full(lane, message)));
}

std::optional<std::string> Inbox::try_to_put(Lane& lane, const Message& message) {
    try {
        if (lane.spill == nullptr) {
            lane.spill = lane.make_spill();
        }
    } catch (const IoError& error) {
        return error.what();
    }
    return lane.spill->put(message);
}

void Inbox::put_on_disk(Lane& lane, Message message, std::unique_lock<std::mutex>& lock) {
    ++lane.spilled;
    bool told = false;
    for (;;) {
        lock.unlock();
        const std::optional<std::string> refused = try_to_put(lane, message);
        if (told != refused.has_value()) {
            lane.tell_refused(refused.value_or(std::string{}));
            told = refused.has_value();
        }
        lock.lock();
        if (!refused) {
            break;
        }
        if (aborted_) {
            throw Cancelled{};
        }
        ++lane.refused;
        const auto start = std::chrono::steady_clock::now();
        ++producers_wait_;
        emptied_.wait_for(lock, try_again);
        --producers_wait_;
        lane.blocked_ns += (std::chrono::steady_clock::now() - start).count();
        if (lane.spilled == 1 && !full(lane, message)) {
            // All that was on disk has been taken, so there is room in memory again.
            --lane.spilled;
            lane.disk_bytes = 0;
            const std::unique_ptr<Spill> done = std::move(lane.spill);
            append(lane, std::move(message));
            wake_consumer(lane, lock);
            if (lock.owns_lock()) {
                lock.unlock();
            }
            lane.tell_refused({});
            return;
        }
    }
    ++lane.ready;
    lane.disk_bytes = lane.spill->bytes();
    if (message.kind == Message::Kind::batch) {
        lane.spilled_rows += message.batch.rows();
        lane.spilled_bytes += message.batch.bytes();
    }
    wake_consumer(lane, lock);
}

void Inbox::read(FromDisk& from) {
    Lane& lane = lanes_[from.lane];
    const std::size_t most_batches = std::max<std::size_t>(lane.queue.batches / 2, 1);
    const std::uint64_t most_bytes = lane.queue.bytes / 2;
    while (from.messages.size() < from.most && from.batches < most_batches &&
           from.bytes <= most_bytes) {
        Message message = lane.spill->take();
        message.lane = static_cast<std::uint32_t>(from.lane);
        if (message.kind == Message::Kind::batch) {
            ++from.batches;
            from.bytes += message.batch.bytes();
        }
        from.messages.push_back(std::move(message));
    }
    lane.spill->trim();
}

void Inbox::take_from_disk(std::vector<FromDisk>& from, std::vector<Message>& out,
                           std::unique_lock<std::mutex>& lock) {
    for (FromDisk& part : from) {
        try {
            read(part);
        } catch (const IoError&) {
            // What was read by then is handed on; the rest is read later.
        }
        Lane& lane = lanes_[part.lane];
        std::unique_ptr<Spill> done;
        lock.lock();
        lane.spilled -= part.messages.size();
        lane.ready -= part.messages.size();
        lane.batches_taken = part.batches;
        lane.bytes_taken = part.bytes;
        if (lane.spilled == 0) {
            done = std::move(lane.spill);
        }
        lane.disk_bytes = done == nullptr ? lane.spill->bytes() : 0;
        if (part.messages.empty()) {
            // Only abort() ends this pause, and it wakes all who wait for room too.
            emptied_.wait_for(lock, try_again, [this] { return aborted_; });
        }
        lock.unlock();
        std::move(part.messages.begin(), part.messages.end(), std::back_inserter(out));
    }
}

}  // namespace tsflow
