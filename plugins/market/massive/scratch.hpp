#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

namespace tsflow::market::massive {

/// A few records on their way to a builder. They are made in place, and only what their declaration
/// sets is set: a vector would fill each with zeros first, which costs as much as to read a field.
template <class Record>
class Scratch {
    static_assert(std::is_trivially_destructible_v<Record>);

public:
    static constexpr std::size_t capacity = 32;  // they stay in the nearest cache

    /// One more record; there must be room.
    Record& add() { return *::new (static_cast<void*>(records_.get() + size_++)) Record; }
    void drop_last() noexcept { --size_; }
    void clear() noexcept { size_ = 0; }
    bool empty() const noexcept { return size_ == 0; }
    bool full() const noexcept { return size_ == capacity; }
    std::span<const Record> all() const noexcept { return {records_.get(), size_}; }

private:
    std::unique_ptr<Record[]> records_ = std::make_unique_for_overwrite<Record[]>(capacity);
    std::size_t size_ = 0;
};

}  // namespace tsflow::market::massive
