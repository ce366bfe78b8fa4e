#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "websocket.hpp"

namespace tsflow::massive_sim {

/// What waits to be sent to one client, as bytes of whole frames. Small frames are put together, so
/// that one system call sends many.
///
///     chunks_:  | front: partly written | … | back: may still grow |
class Outbox {
public:
    /// A message of its own frame, or of several when fragmenting is on.
    void message(Opcode opcode, std::string_view payload);
    /// Events as frames of JSON arrays, at most `per_frame` in each.
    void events(std::span<const std::string_view> events, std::size_t per_frame);
    /// Bytes as they are, also such as are no frame.
    void raw(std::string_view bytes);

    /// Data frames are cut into fragments of so many bytes, with pings between them when wanted; 0:
    /// no more.
    void fragment(std::size_t bytes, bool with_pings) noexcept {
        fragment_bytes_ = bytes;
        fragment_pings_ = with_pings;
    }
    /// Sends `block`, which holds whole frames, so many times when there is nothing else.
    void repeat(std::shared_ptr<const std::string> block, std::uint64_t times) noexcept {
        block_ = std::move(block);
        times_ = times;
    }

    bool empty() const noexcept { return bytes_ == 0 && times_ == 0; }
    /// What waits, without the block to repeat.
    std::size_t bytes() const noexcept { return bytes_; }
    std::uint64_t frames() const noexcept { return frames_; }

    /// Up to `most` bytes from the front, in pieces; they stay valid and in place until written().
    void front(std::vector<std::string_view>& pieces, std::size_t most);
    /// So many bytes of front() have been written.
    void written(std::size_t bytes);
    /// Forgets what waits, but for the rest of frames that are partly written.
    void clear();

private:
    std::string& open_chunk();
    void frame(std::string& chunk, Opcode opcode, std::string_view payload);

    std::deque<std::string> chunks_;
    std::vector<std::string> spare_;  // chunks that were sent, to be used again
    std::size_t front_written_ = 0;   // bytes of the front chunk
    std::size_t shown_ = 0;           // chunks at the front that front() has handed out
    std::size_t bytes_ = 0;
    std::uint64_t frames_ = 0;
    std::size_t fragment_bytes_ = 0;
    bool fragment_pings_ = false;
    std::shared_ptr<const std::string> block_;
    std::uint64_t times_ = 0;
    std::size_t block_written_ = 0;
};

}  // namespace tsflow::massive_sim
