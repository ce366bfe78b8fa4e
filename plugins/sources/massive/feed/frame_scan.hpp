#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tsflow::massive {

/// Follows the bytes that a websocket's server sends from one frame to the next: first the answer to the
/// handshake, up to its empty line, then frames as RFC 6455 section 5.2 has them. It checks nothing: with
/// what is no frame it goes on somehow, and the websocket says what is wrong.
class FrameScan {
public:
    /// How many of the bytes that wait may be handed on now: up to the end of a header, or of what is
    /// there of a payload. 0 when a header is not there as a whole.
    std::size_t deliverable(std::string_view waiting) const noexcept {
        if (in_answer_) {
            return answer_in(waiting);
        }
        if (left_ > 0) {
            return static_cast<std::size_t>(std::min<std::uint64_t>(left_, waiting.size()));
        }
        if (!in_step_) {
            return waiting.size();
        }
        const auto header = header_of(waiting);
        return header ? header->size : 0;
    }
    /// These were handed on: a beginning of what was deliverable.
    void delivered(std::string_view bytes) noexcept {
        if (bytes.empty()) {
            return;
        }
        if (in_answer_) {
            for (const char c : bytes) {
                line_end_ = line_end_with(c, line_end_);
            }
            in_answer_ = line_end_ < empty_line.size();
            return;
        }
        if (left_ > 0) {
            left_ -= bytes.size();
        } else if (const auto header = header_of(bytes); header && in_step_) {
            left_ = header->payload;
        } else {
            in_step_ = false;
        }
    }
    /// A whole frame with data begins here and has come to its end.
    bool data_frame_in(std::string_view waiting) const noexcept {
        if (in_answer_ || left_ > 0 || !in_step_) {
            return false;
        }
        const auto header = header_of(waiting);
        return header && header->data && header->payload > 0 &&
               header->payload <= waiting.size() - header->size;
    }
    /// Of that frame.
    std::size_t payload_in(std::string_view waiting) const noexcept {
        return static_cast<std::size_t>(header_of(waiting)->payload);
    }

    /// The text of a whole message that begins here: one frame, as servers send nearly all of theirs. None when
    /// something else begins, such as a part of a message, or is not there as a whole.
    std::optional<std::string_view> message_in(std::string_view waiting) const noexcept {
        constexpr char final_text = '\x81';  // and no extension
        constexpr unsigned masked = 0x80;
        if (!data_frame_in(waiting) || waiting[0] != final_text ||
            (static_cast<unsigned char>(waiting[1]) & masked) != 0) {
            return std::nullopt;
        }
        const auto header = header_of(waiting);
        return waiting.substr(header->size, static_cast<std::size_t>(header->payload));
    }

private:
    struct Header {
        std::size_t size;
        std::uint64_t payload;
        bool data;  // text, binary, or the continuation of one
    };
    static std::optional<Header> header_of(std::string_view bytes) noexcept {
        constexpr std::size_t shortest = 2, two_more = 126, eight_more = 127, mask = 4;
        constexpr unsigned first_control = 8, opcode = 0x0f, masked = 0x80, length = 0x7f;
        if (bytes.size() < shortest) {
            return std::nullopt;
        }
        const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
        std::uint64_t payload = at(1) & length;
        const std::size_t more = payload == two_more ? 2 : payload == eight_more ? 8 : 0;
        const std::size_t size = shortest + more + ((at(1) & masked) != 0 ? mask : 0);
        if (bytes.size() < size) {
            return std::nullopt;
        }
        if (more > 0) {
            payload = 0;
            for (std::size_t i = shortest; i < shortest + more; ++i) {
                payload = payload << 8 | at(i);
            }
        }
        return Header{size, payload, (at(0) & opcode) < first_control};
    }
    static constexpr std::string_view empty_line = "\r\n\r\n";
    /// How many of its characters were the last ones, when `c` comes behind so many.
    static std::size_t line_end_with(char c, std::size_t before) noexcept {
        return c == empty_line[before] ? before + 1 : (c == empty_line[0] ? 1 : 0);
    }
    /// Up to the end of the answer's empty line.
    std::size_t answer_in(std::string_view waiting) const noexcept {
        std::size_t line_end = line_end_;
        for (std::size_t i = 0; i < waiting.size(); ++i) {
            line_end = line_end_with(waiting[i], line_end);
            if (line_end == empty_line.size()) {
                return i + 1;
            }
        }
        return waiting.size();
    }

    bool in_answer_ = true;
    bool in_step_ = true;       // false for good when only a part of a header was taken
    std::size_t line_end_ = 0;  // of the empty line, while in the answer
    std::uint64_t left_ = 0;    // of the payload under way
};

}  // namespace tsflow::massive
