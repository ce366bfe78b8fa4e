#include "outbox.hpp"

#include <algorithm>

namespace tsflow::massive_sim {

namespace {

constexpr std::size_t chunk_bytes = 64 * 1024;
constexpr std::size_t most_spare = 32;

}  // namespace

/// The chunk that new frames are appended to.
std::string& Outbox::open_chunk() {
    if (chunks_.size() == shown_ || chunks_.back().size() >= chunk_bytes) {
        if (spare_.empty()) {
            chunks_.emplace_back().reserve(chunk_bytes + chunk_bytes / 2);
        } else {
            chunks_.push_back(std::move(spare_.back()));
            spare_.pop_back();
        }
    }
    return chunks_.back();
}

void Outbox::frame(std::string& chunk, Opcode opcode, std::string_view payload) {
    if (fragment_bytes_ == 0 || opcode >= Opcode::close) {
        append_frame(chunk, opcode, payload);
        return;
    }
    do {
        const std::string_view fragment = payload.substr(0, fragment_bytes_);
        payload.remove_prefix(fragment.size());
        append_frame(chunk, opcode, fragment, payload.empty());
        opcode = Opcode::continuation;
        if (fragment_pings_ && !payload.empty()) {
            append_frame(chunk, Opcode::ping, "between fragments");
        }
    } while (!payload.empty());
}

void Outbox::message(Opcode opcode, std::string_view payload) {
    std::string& chunk = open_chunk();
    const std::size_t before = chunk.size();
    frame(chunk, opcode, payload);
    bytes_ += chunk.size() - before;
    ++frames_;
}

void Outbox::events(std::span<const std::string_view> events, std::size_t per_frame) {
    std::string whole;
    while (!events.empty()) {
        const auto some = events.first(std::min(per_frame, events.size()));
        events = events.subspan(some.size());
        std::size_t length = 1 + some.size();  // brackets and commas
        for (const std::string_view event : some) {
            length += event.size();
        }
        std::string& chunk = open_chunk();
        const std::size_t before = chunk.size();
        std::string& out = fragment_bytes_ == 0 ? chunk : whole;
        if (fragment_bytes_ == 0) {
            append_frame_head(out, Opcode::text, length);
        }
        char separator = '[';
        for (const std::string_view event : some) {
            out += separator;
            out += event;
            separator = ',';
        }
        out += ']';
        if (fragment_bytes_ > 0) {
            frame(chunk, Opcode::text, whole);
            whole.clear();
        }
        bytes_ += chunk.size() - before;
        ++frames_;
    }
}

void Outbox::raw(std::string_view bytes) {
    open_chunk() += bytes;
    bytes_ += bytes.size();
}

void Outbox::front(std::vector<std::string_view>& pieces, std::size_t most) {
    pieces.clear();
    // A block that was begun goes first, or what came meanwhile would stand within one of its frames.
    if (times_ > 0 && (chunks_.empty() || block_written_ > 0)) {
        pieces.push_back(std::string_view{*block_}.substr(block_written_, most));
        return;
    }
    constexpr std::size_t most_pieces = 32;
    std::size_t skipped = front_written_;
    shown_ = 0;
    for (const std::string& chunk : chunks_) {
        if (most == 0 || pieces.size() == most_pieces) {
            break;
        }
        pieces.push_back(std::string_view{chunk}.substr(skipped, most));
        most -= pieces.back().size();
        skipped = 0;
        ++shown_;
    }
}

void Outbox::written(std::size_t bytes) {
    if (shown_ == 0) {
        block_written_ += bytes;
        if (block_written_ == block_->size()) {
            block_written_ = 0;
            --times_;
        }
        return;
    }
    bytes_ -= bytes;
    while (bytes > 0) {
        std::string& chunk = chunks_.front();
        const std::size_t used = std::min(bytes, chunk.size() - front_written_);
        front_written_ += used;
        bytes -= used;
        if (front_written_ == chunk.size()) {
            chunk.clear();
            if (spare_.size() < most_spare) {
                spare_.push_back(std::move(chunk));
            }
            chunks_.pop_front();
            front_written_ = 0;
        }
    }
    shown_ = 0;
}

void Outbox::clear() {
    times_ = block_written_ > 0 ? 1 : 0;
    const std::size_t kept = std::max(shown_, std::size_t{front_written_ > 0});
    while (chunks_.size() > kept) {
        bytes_ -= chunks_.back().size();
        chunks_.pop_back();
    }
}

}  // namespace tsflow::massive_sim
