#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "tsflow/error.hpp"
#include "tsflow/state.hpp"

namespace tsflow::market {

/// The newest `capacity` values, at least one, of what was pushed; takes memory for those that there are. T is a
/// number.
template <class T>
class Window {
public:
    explicit Window(std::size_t capacity) : capacity_(capacity) {}

    std::size_t size() const noexcept { return values_.size(); }
    std::size_t capacity() const noexcept { return capacity_; }
    bool full() const noexcept { return values_.size() == capacity_; }

    void push(T value) {
        if (!full()) {
            if (values_.size() == values_.capacity()) {
                values_.reserve(std::min(capacity_, 2 * values_.size() + 8));
            }
            values_.push_back(value);
            return;
        }
        values_[next_] = value;
        next_ = next_ + 1 == capacity_ ? 0 : next_ + 1;
    }

    /// The value `age` pushes before the newest; `age` is less than size().
    T back(std::size_t age) const noexcept { return values_[index(age)]; }
    T& back(std::size_t age) noexcept { return values_[index(age)]; }
    /// What the next push drops; only of a full one.
    T oldest() const noexcept { return values_[next_]; }

    /// Sum of the newest `count`, oldest first, so that it does not depend on where in memory they are.
    T sum(std::size_t count) const noexcept {
        T total{};
        for (std::size_t age = count; age > 0; --age) {
            total += back(age - 1);
        }
        return total;
    }

    template <class Change>
    void change_each(Change change) {
        for (std::size_t age = 0; age < size(); ++age) {
            back(age) = change(back(age));
        }
    }

    void save(StateWriter& state) const {
        std::vector<T> ordered;
        for (std::size_t age = size(); age > 0; --age) {
            ordered.push_back(back(age - 1));
        }
        state.text({reinterpret_cast<const char*>(ordered.data()), ordered.size() * sizeof(T)});
    }

    /// Throws Error when more values were saved than fit: another length was configured then.
    void restore(StateReader& state) {
        // Values are saved as the bytes that they are; a big-endian machine would have to swap them.
        static_assert(std::endian::native == std::endian::little);
        const std::string_view bytes = state.text();
        const std::size_t count = bytes.size() / sizeof(T);
        if (count > capacity()) {
            throw Error("a saved window of " + std::to_string(count) +
                        " values does not fit one of " + std::to_string(capacity()));
        }
        values_.clear();
        next_ = 0;
        for (std::size_t at = 0; at < count; ++at) {
            T value;
            std::memcpy(&value, bytes.data() + at * sizeof(T), sizeof(T));
            push(value);
        }
    }

private:
    std::size_t index(std::size_t age) const noexcept {
        return next_ > age ? next_ - 1 - age : next_ + values_.size() - 1 - age;
    }

    std::vector<T> values_;
    std::size_t capacity_;
    std::size_t next_ = 0;  // the oldest, once full; 0 until then
};

}  // namespace tsflow::market
