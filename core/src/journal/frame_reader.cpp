#include "journal/frame_reader.hpp"

#include <algorithm>
#include <cstring>

#include "runtime/crc32c.hpp"

namespace tsflow {

using namespace journal_format;

namespace {

constexpr std::size_t read_ahead = 256 * 1024;
constexpr std::size_t unchecked = offsetof(FrameHead, length);

}  // namespace

FrameReader::FrameReader(const File& file, const SegmentName& name)
    : file_(file), mark_(name.mark), expected_(name.first) {}

/// `bytes` from `at` on; nothing when the limit, or the file, does not reach so far.
std::span<const std::byte> FrameReader::window(std::uint64_t at, std::size_t bytes,
                                               std::uint64_t limit) {
    if (at > limit || bytes > limit - at) {
        return {};
    }
    if (at >= buffered_at_ && at + bytes <= buffered_at_ + buffered_) {
        return std::span{buffer_}.subspan(at - buffered_at_, bytes);
    }
    const std::size_t wanted = std::min<std::uint64_t>(std::max(bytes, read_ahead), limit - at);
    if (buffer_.size() < wanted) {
        buffer_.resize(wanted);
    }
    buffered_ = 0;
    buffered_ = read_full(file_, std::span{buffer_}.first(wanted), at);
    buffered_at_ = at;
    return buffered_ < bytes ? std::span<const std::byte>{} : std::span{buffer_}.first(bytes);
}

bool FrameReader::preamble_is_right() {
    const auto bytes = window(0, preamble_bytes, preamble_bytes);
    if (bytes.empty()) {
        return false;
    }
    std::uint32_t words[2];
    std::memcpy(words, bytes.data() + magic.size(), sizeof words);
    return std::memcmp(bytes.data(), magic.data(), magic.size()) == 0 && words[0] == version &&
           words[1] == mark_;
}

bool FrameReader::whole_frame(std::uint64_t at, std::uint64_t limit) {
    const auto start = window(at, frame_head_bytes, limit);
    if (start.empty()) {
        return false;
    }
    FrameHead head;
    std::memcpy(&head, start.data(), sizeof head);
    if (head.mark != mark_ || head.offset < expected_ || head.length > 2 * most_payload) {
        return false;
    }
    const auto frame = window(at, frame_head_bytes + aligned(head.length), limit);
    if (frame.empty() || crc32c({reinterpret_cast<const char*>(frame.data()) + unchecked,
                                 frame.size() - unchecked}) != head.crc) {
        return false;
    }
    head_ = head;
    payload_ = frame.subspan(frame_head_bytes, head.length);
    at_ = at;
    next_ = at + frame.size();
    expected_ = is_entry(head.kind) ? head.offset + 1 : head.offset;
    return true;
}

FrameReader::Found FrameReader::next(std::uint64_t limit) {
    at_ = next_;
    if (at_ >= limit) {
        return Found::end;
    }
    if (at_ == 0) {
        if (!preamble_is_right()) {
            return damage(limit);
        }
        next_ = at_ = preamble_bytes;
        if (at_ >= limit) {
            return Found::end;
        }
    }
    return whole_frame(at_, limit) ? Found::frame : damage(limit);
}

/// Looks for the next whole frame; the next call reads it (again, from the buffer).
FrameReader::Found FrameReader::damage(std::uint64_t limit) {
    const std::uint64_t from = at_;
    const std::uint64_t expected = expected_;
    std::uint64_t at = from + alignment;
    while (at < limit && !whole_frame(at, limit)) {
        at += alignment;
    }
    at_ = from;
    next_ = std::min(at, limit);
    expected_ = expected;
    return at < limit ? Found::damage : Found::tail;
}

bool FrameReader::tail_is_torn(std::uint64_t limit) {
    const auto start = window(at_, frame_head_bytes, limit);
    if (start.empty()) {
        return true;
    }
    FrameHead head;
    std::memcpy(&head, start.data(), sizeof head);
    if (head.mark == mark_ && frame_head_bytes + aligned(head.length) > limit - at_) {
        return true;
    }
    for (std::uint64_t at = at_; at < limit; at += read_ahead) {
        const auto bytes = window(at, std::min<std::uint64_t>(read_ahead, limit - at), limit);
        if (!std::all_of(bytes.begin(), bytes.end(),
                         [](std::byte byte) { return byte == std::byte{0}; })) {
            return false;
        }
    }
    return true;
}

}  // namespace tsflow
