#include "window.hpp"

#include <algorithm>
#include <cstring>

namespace tsflow::resample {

namespace {

bool holds_text(const Layout& layout, const std::uint64_t* row, std::size_t cell) {
    return layout.cells[cell].type == Type::string && !is_null(row, cell);
}

}  // namespace

bool Window::put(const Layout& layout, const std::uint64_t* row,
                 const std::vector<std::string_view>& texts) {
    const std::size_t width = layout.width();
    const std::int64_t time = time_of(row);
    std::size_t at = rows(layout);
    if (at > 0 && time_of(row_at(layout, at - 1)) >= time) {
        std::size_t low = 0;
        while (low < at) {
            const std::size_t middle = (low + at) / 2;
            if (time_of(row_at(layout, middle)) < time) {
                low = middle + 1;
            } else {
                at = middle;
            }
        }
        if (time_of(row_at(layout, at)) == time) {
            return replace(layout, words_.data() + at * width, row, texts);
        }
    }
    words_.insert(words_.begin() + static_cast<std::ptrdiff_t>(at * width), row, row + width);
    store(layout, words_.data() + at * width, row, texts);
    return true;
}

void Window::store(const Layout& layout, std::uint64_t* to, const std::uint64_t* row,
                   const std::vector<std::string_view>& texts) {
    if (texts.empty()) {
        return;
    }
    for (std::size_t cell = 0; cell < layout.cells.size(); ++cell) {
        if (holds_text(layout, row, cell)) {
            const std::size_t word = layout.first_cell() + cell;
            to[word] = texts_.size();
            texts_.emplace_back(texts[row[word]]);
        }
    }
}

bool Window::replace(const Layout& layout, std::uint64_t* old, const std::uint64_t* row,
                     const std::vector<std::string_view>& texts) {
    bool changed = !std::equal(row, row + layout.first_cell(), old);
    for (std::size_t cell = 0; cell < layout.cells.size() && !changed; ++cell) {
        const std::size_t word = layout.first_cell() + cell;
        changed = holds_text(layout, row, cell) ? texts_[old[word]] != texts[row[word]]
                                                : old[word] != row[word];
    }
    if (!changed) {
        return false;
    }
    for (std::size_t cell = 0; cell < layout.cells.size(); ++cell) {
        const std::size_t word = layout.first_cell() + cell;
        if (!holds_text(layout, row, cell)) {
            old[word] = row[word];
        } else if (holds_text(layout, old, cell)) {
            texts_[old[word]] = texts[row[word]];
        } else {
            old[word] = texts_.size();
            texts_.emplace_back(texts[row[word]]);
        }
    }
    std::copy(row, row + layout.first_cell(), old);
    return true;
}

}  // namespace tsflow::resample
