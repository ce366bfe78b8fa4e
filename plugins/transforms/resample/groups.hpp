#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "layout.hpp"
#include "tsflow/batch.hpp"
#include "tsflow/builder.hpp"
#include "window.hpp"

namespace tsflow::resample {

/// All rows that share the key but for the event time: one instrument's bars.
struct Group {
    Batch key;                   ///< one row of `Layout::group`
    std::string text;            ///< the key's values, for an order that is the same in every run
    std::deque<Window> windows;  ///< ascending, apart

    /// The window of that span, or null.
    Window* find(const Span& span) noexcept;
    /// The same; made when it is not there yet.
    Window& find_or_add(const Span& span, bool& added);
};

/// Finds the group of a row: by an array over symbol codes when the key is one symbol, else by a hash
/// over the key's bytes. Groups are numbered from 0 in the order of their first row, and stay.
class Groups {
public:
    explicit Groups(const Layout& layout);

    std::size_t of(const Layout& layout, const Batch& batch, std::size_t row);
    /// Adds a group, which must be new, by its key.
    std::size_t add(Batch key);

    Group& operator[](std::size_t index) noexcept { return groups_[index]; }
    const Group& operator[](std::size_t index) const noexcept { return groups_[index]; }
    std::size_t size() const noexcept { return groups_.size(); }

private:
    std::size_t enroll(const Layout& layout, const Batch& batch, std::size_t row);
    static void append_bytes(std::string& bytes, const Batch& batch, std::size_t column,
                             std::size_t row);

    bool by_code_;
    std::deque<Group> groups_;
    std::vector<std::int32_t> of_code_;
    std::unordered_map<std::string, std::size_t> of_bytes_;
    std::string bytes_;  // scratch
    BatchBuilder builder_;
};

}  // namespace tsflow::resample
