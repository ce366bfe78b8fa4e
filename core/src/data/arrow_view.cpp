#include "data/arrow_view.hpp"

#include <algorithm>
#include <cstring>

#include "tsflow/error.hpp"
#include "tsflow/symbol.hpp"

namespace tsflow {

namespace {

constexpr std::int64_t text_buffers = 3;  // validity, offsets, bytes
constexpr std::int32_t not_interned = -1;

std::size_t not_negative(std::int64_t value, const char* what, const std::string& column) {
    if (value < 0) {
        refuse_array(column, std::string{"has the "} + what + " " + std::to_string(value));
    }
    return static_cast<std::size_t>(value);
}

}  // namespace

void refuse_array(const std::string& column, const std::string& problem) {
    throw Error("the Arrow array of column '" + column + "' " + problem);
}

ArrayView::ArrayView(const ArrowArray& array, std::int64_t buffers, std::size_t first,
                     std::size_t rows, const std::string& column)
    : array_(array), column_(column), rows_(rows) {
    const std::size_t length = not_negative(array.length, "length", column);
    at_ = not_negative(array.offset, "offset", column) + first;
    if (first > length || rows > length - first) {
        refuse_array(column, "has " + std::to_string(length) + " rows, but " +
                                 std::to_string(first + rows) + " are needed");
    }
    if (array.buffers == nullptr) {
        refuse_array(column, "has no buffers");
    }
    if (array.n_buffers != buffers) {
        refuse_array(column, "has " + std::to_string(array.n_buffers) + " buffers, but " +
                                 std::to_string(buffers) + " are expected");
    }
    constexpr std::int64_t not_counted = -1;
    if (array.null_count < not_counted) {
        refuse_array(column, "has the null count " + std::to_string(array.null_count));
    }
    if (array.null_count > 0 && validity() == nullptr) {
        refuse_array(column, "counts " + std::to_string(array.null_count) +
                                 " nulls and has no validity buffer");
    }
    nulls_ = validity() == nullptr ? 0 : count_zeros(validity(), at_, rows);
}

const std::byte* ArrayView::values() const {
    const void* buffer = array_.buffers[1];
    if (buffer == nullptr && rows_ > 0) {
        refuse_array(column_, "has no buffer of values");
    }
    return static_cast<const std::byte*>(buffer);
}

TextView::TextView(const ArrayView& view) : offsets_(view.rows() + 1), text_(view.text()) {
    if (view.rows() == 0) {  // there may be no offsets then
        return;
    }
    std::memcpy(offsets_.data(), view.values() + view.at() * sizeof(std::int32_t),
                offsets_.size() * sizeof(std::int32_t));
    not_negative(offsets_.front(), "text offset", view.column());
    const auto back = std::is_sorted_until(offsets_.begin(), offsets_.end());
    if (back != offsets_.end()) {
        refuse_array(view.column(), "has text offsets that go back from " +
                                        std::to_string(*(back - 1)) + " to " +
                                        std::to_string(*back));
    }
    if (text_ == nullptr && offsets_.back() > offsets_.front()) {
        refuse_array(view.column(), "has no buffer of text");
    }
}

DictionaryView::DictionaryView(const ArrowArray& array, const std::string& column)
    : view_(array, text_buffers, 0, not_negative(array.length, "dictionary length", column),
            column),
      texts_(view_),
      codes_(view_.rows(), not_interned) {}

std::size_t DictionaryView::checked(std::int32_t index) const {
    if (index < 0 || static_cast<std::size_t>(index) >= codes_.size()) {
        refuse_array(view_.column(), "has the index " + std::to_string(index) +
                                         " into a dictionary of " + std::to_string(codes_.size()) +
                                         " texts");
    }
    return static_cast<std::size_t>(index);
}

bool DictionaryView::is_null(std::int32_t index) const {
    return view_.is_null(checked(index));
}

std::int32_t DictionaryView::code(std::int32_t index) {
    const std::size_t at = checked(index);
    if (codes_[at] == not_interned) {
        codes_[at] = Symbol::intern(texts_[at]).code();
    }
    return codes_[at];
}

}  // namespace tsflow
