#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "layout.hpp"
#include "window_clock.hpp"

namespace tsflow::resample {

/// The rows of one group within one window, in the order of event time, one row a time.
class Window {
public:
    explicit Window(Span span) : span_(span) {}
    /// One that was saved, from its `words()` and `texts()`.
    Window(Span span, std::vector<std::uint64_t> words, std::vector<std::string> texts)
        : span_(span), words_(std::move(words)), texts_(std::move(texts)) {}

    const Span& span() const noexcept { return span_; }
    std::size_t rows(const Layout& layout) const noexcept { return words_.size() / layout.width(); }
    const std::uint64_t* row_at(const Layout& layout, std::size_t index) const noexcept {
        return words_.data() + index * layout.width();
    }
    std::string_view text(std::uint64_t index) const noexcept { return texts_[index]; }

    /// Puts a row in, in the place of an earlier one of the same time; `row` is in the form of
    /// `Layout`, but for strings, whose cells index `texts`. False when this changes nothing.
    bool put(const Layout& layout, const std::uint64_t* row,
             const std::vector<std::string_view>& texts);
    void reserve(std::size_t words) { words_.reserve(words); }
    /// Gives back the room that is left for more rows.
    void compact() {
        words_.shrink_to_fit();
        texts_.shrink_to_fit();
    }

    const std::vector<std::uint64_t>& words() const noexcept { return words_; }
    const std::vector<std::string>& texts() const noexcept { return texts_; }

    bool pending = false;  ///< rows have come that no emitted row shows yet
    bool emitted = false;  ///< at least once

private:
    void store(const Layout& layout, std::uint64_t* to, const std::uint64_t* row,
               const std::vector<std::string_view>& texts);
    bool replace(const Layout& layout, std::uint64_t* old, const std::uint64_t* row,
                 const std::vector<std::string_view>& texts);

    Span span_;
    std::vector<std::uint64_t> words_;
    std::vector<std::string> texts_;
};

inline std::int64_t time_of(const std::uint64_t* row) noexcept {
    return static_cast<std::int64_t>(row[0]);
}
inline bool is_null(const std::uint64_t* row, std::size_t cell) noexcept {
    return (row[1 + cell / 64] >> (cell % 64) & 1) != 0;
}

}  // namespace tsflow::resample
