#include "feed/intake.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tsflow::massive {
namespace {

constexpr std::size_t most_spare = 4;
/// As much as the stage is woken for though more is being read: some hundred microseconds of its work.
constexpr std::uint64_t much = 256 * 1024;
/// With more than this the reader is ahead of the stage, and gives way to it after each `much`: before what it has
/// read leaves the processor's cache, and before memory grows that would have to be made first. No longer than
/// this, so that no server takes the reader for dead or slow when it is the pipeline that stands.
constexpr std::uint64_t plenty = 2 * 1024 * 1024;
constexpr std::chrono::milliseconds patience{20};

}  // namespace

FeedBlock& Intake::block_for(std::size_t size) {
    if (blocks_.empty() || !blocks_.back()->fits(size)) {
        if (size <= FeedBlock::usual_size && !spare_.empty()) {
            blocks_.push_back(std::move(spare_.back()));
            spare_.pop_back();
        } else {
            blocks_.push_back(std::make_unique<FeedBlock>(std::max(size, FeedBlock::usual_size)));
        }
    }
    return *blocks_.back();
}

void Intake::wake_stage(std::unique_lock<std::mutex>& lock) {
    if (std::exchange(waits_, false)) {
        lock.unlock();
        filled_.notify_one();
    }
}

bool Intake::push_frame(std::uint8_t connection, Timestamp at, std::string_view bytes,
                        bool statuses_told) {
    std::unique_lock lock(mutex_);
    if (bytes_ + bytes.size() > limit_ && bytes_ > 0) {
        return false;
    }
    FeedBlock& block = block_for(bytes.size());
    std::memcpy(&block.bytes_[block.used_], bytes.data(), bytes.size());
    FeedItem item;
    item.connection = connection;
    item.statuses_told = statuses_told;
    item.at = at;
    item.offset = block.used_;
    item.size = bytes.size();
    block.items_.push_back(item);
    block.used_ += bytes.size();
    bytes_ += bytes.size();
    since_way_given_ += bytes.size();
    if (bytes_ >= plenty && since_way_given_ >= much) {
        give_way(lock);
    } else if (bytes_ >= much) {
        wake_stage(lock);
    }
    return true;
}

void Intake::give_way(std::unique_lock<std::mutex>& lock) {
    since_way_given_ = 0;
    if (std::exchange(waits_, false)) {
        filled_.notify_one();
    }
    taken_.wait_for(lock, patience, [this] { return bytes_ < plenty; });
}

void Intake::announce() {
    std::unique_lock lock(mutex_);
    if (!blocks_.empty()) {
        wake_stage(lock);
    }
}

void Intake::push(FeedItem::Kind kind, std::uint8_t connection, Timestamp at, FeedNote note) {
    std::unique_lock lock(mutex_);
    FeedBlock& block = block_for(0);
    FeedItem item;
    item.kind = kind;
    item.connection = connection;
    item.at = at;
    item.note = block.notes_.size();
    block.notes_.push_back(std::move(note));
    block.items_.push_back(item);
    wake_stage(lock);
}

std::unique_ptr<FeedBlock> Intake::take(std::chrono::milliseconds max_wait) {
    std::unique_lock lock(mutex_);
    if (blocks_.empty()) {
        waits_ = true;
        filled_.wait_for(lock, max_wait, [this] { return !waits_ || woken_; });
        waits_ = false;
    }
    woken_ = false;
    if (blocks_.empty()) {
        return nullptr;
    }
    std::unique_ptr<FeedBlock> block = std::move(blocks_.front());
    blocks_.pop_front();
    const bool was_plenty = bytes_ >= plenty;
    bytes_ -= block->used_;
    if (was_plenty && bytes_ < plenty) {
        taken_.notify_one();
    }
    return block;
}

void Intake::recycle(std::unique_ptr<FeedBlock> block) {
    if (block->capacity_ != FeedBlock::usual_size) {
        return;
    }
    block->clear();
    const std::lock_guard lock(mutex_);
    if (spare_.size() < most_spare) {
        spare_.push_back(std::move(block));
    }
}

void Intake::wake() {
    {
        const std::lock_guard lock(mutex_);
        woken_ = true;
    }
    filled_.notify_one();
}

std::uint64_t Intake::waiting_bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

}  // namespace tsflow::massive
