#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

#include "journal/format.hpp"

namespace tsflow {

/// Reads the values of a payload one behind the other and never past its end: `ok()` turns false instead,
/// and what is read from then on is zero and empty.
class ByteReader {
public:
    explicit ByteReader(std::span<const std::byte> bytes) noexcept : rest_(bytes) {}

    template <class Number>
    Number number() noexcept {
        Number value{};
        if (const std::byte* at = take(sizeof value)) {
            std::memcpy(&value, at, sizeof value);
        }
        return value;
    }
    std::string_view text(std::size_t bytes) noexcept {
        const std::byte* at = take(bytes);
        return at == nullptr ? std::string_view{}
                             : std::string_view{reinterpret_cast<const char*>(at), bytes};
    }
    /// A text behind its length.
    std::string_view text() noexcept { return text(number<std::uint32_t>()); }
    /// The next `bytes`; null at the end.
    const std::byte* take(std::size_t bytes) noexcept {
        if (!ok_ || bytes > rest_.size()) {
            ok_ = false;
            return nullptr;
        }
        const std::byte* at = rest_.data();
        rest_ = rest_.subspan(bytes);
        return at;
    }
    /// `bytes` and what fills them up to the alignment; null at the end.
    const std::byte* buffer(std::size_t bytes) noexcept {
        return take(journal_format::aligned(bytes));
    }
    bool ok() const noexcept { return ok_; }
    /// What was read makes no sense.
    void fail() noexcept { ok_ = false; }
    std::size_t left() const noexcept { return rest_.size(); }

private:
    std::span<const std::byte> rest_;
    bool ok_ = true;
};

}  // namespace tsflow
