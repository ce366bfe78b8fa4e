#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "feed/block_bytes.hpp"
#include "feed/session.hpp"
#include "tsflow/time.hpp"

namespace tsflow::massive {

/// One thing that happened on a connection, or to the universe, in the order of its happening.
struct FeedItem {
    enum class Kind : std::uint8_t {
        frame,
        up,
        down,
        covered,
        released,
        failed,
        unwanted,  ///< tickers left the universe; of no connection
        wanted,    ///< tickers joined it; of no connection
    };
    Kind kind = Kind::frame;
    std::uint8_t connection = 0;
    bool statuses_told = false;  ///< of a frame: its statuses were acted on already
    Timestamp at;                ///< when it was received
    std::size_t offset = 0;      ///< of a frame, in the block
    std::size_t size = 0;
    std::size_t note = 0;  ///< of the others, in the block
};

/// What comes with an item that is no frame.
struct FeedNote {
    Tickers tickers;
    std::string why;
    bool overflow = false;  ///< of a `down`: the stage was too slow for too long
};

/// Items in order, and the bytes of their frames; behind each frame `padding` bytes are readable.
class FeedBlock {
public:
    static constexpr std::size_t padding = 256;
    static constexpr std::size_t usual_size = huge_page - padding;

    explicit FeedBlock(std::size_t capacity = usual_size)
        : capacity_(capacity), bytes_(make_block_bytes(capacity + padding)) {}

    std::string_view frame(const FeedItem& item) const { return {&bytes_[item.offset], item.size}; }
    const FeedNote& note(const FeedItem& item) const { return notes_[item.note]; }
    const std::vector<FeedItem>& items() const noexcept { return items_; }
    std::size_t bytes() const noexcept { return used_; }

private:
    friend class Intake;
    bool fits(std::size_t size) const noexcept { return capacity_ - used_ >= size; }
    void clear() {
        used_ = 0;
        items_.clear();
        notes_.clear();
    }

    std::size_t capacity_;
    std::size_t used_ = 0;
    BlockBytes bytes_;
    std::vector<FeedItem> items_;
    std::vector<FeedNote> notes_;
};

/// Between the thread that reads the sockets and the stage that parses: the reader stamps, copies and
/// goes on, however slow the pipeline is, until `limit` bytes wait. A reader that is far ahead reads no faster
/// than some 10 MB/s, so that a flood stays with the sender for as long as it can, and not in memory.
class Intake {
public:
    explicit Intake(std::uint64_t limit) : limit_(limit) {}

    /// The reader's thread. False when the limit is reached: the frame was not taken. A stage that waits
    /// is woken by announce(), or when much has come, so that it finds many frames and not each alone.
    bool push_frame(std::uint8_t connection, Timestamp at, std::string_view bytes,
                    bool statuses_told);
    void push(FeedItem::Kind kind, std::uint8_t connection, Timestamp at, FeedNote note);

    void announce();

    /// The stage's thread: the oldest block, or none after `max_wait` or wake().
    std::unique_ptr<FeedBlock> take(std::chrono::milliseconds max_wait);
    /// Gives a block back to be filled again.
    void recycle(std::unique_ptr<FeedBlock> block);
    /// Any thread: ends a take() that waits.
    void wake();

    std::uint64_t waiting_bytes() const;

private:
    FeedBlock& block_for(std::size_t size);
    void wake_stage(std::unique_lock<std::mutex>& lock);
    void give_way(std::unique_lock<std::mutex>& lock);

    const std::uint64_t limit_;
    mutable std::mutex mutex_;
    std::condition_variable filled_;
    std::condition_variable taken_;
    std::deque<std::unique_ptr<FeedBlock>> blocks_;
    std::vector<std::unique_ptr<FeedBlock>> spare_;
    std::uint64_t bytes_ = 0;
    std::uint64_t since_way_given_ = 0;  // bytes pushed; the reader's own
    bool waits_ = false;
    bool woken_ = false;
};

}  // namespace tsflow::massive
