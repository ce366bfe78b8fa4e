#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "digest.hpp"
#include "tsflow/state.hpp"
#include "tsflow/time.hpp"

namespace tsflow::dedupe {

/// What is remembered of one key: the last row that had it.
struct Entry {
    Digest key;             ///< zero in an empty slot
    std::uint64_t row = 0;  ///< half a digest: it is compared with that of one other row only
    std::int64_t time = 0;  ///< event time of that row, ns
};

/// Keys by digest, in a hash table with open addressing. Entries that are older than the horizon count
/// as absent from the moment the horizon passes them; their slots are reused when the table is full.
class SeenKeys {
public:
    SeenKeys();

    /// Entries with a time at or before `time` are forgotten. Never moves back.
    void forget_until(std::int64_t time) noexcept { horizon_ = std::max(horizon_, time); }
    bool forgotten(std::int64_t time) const noexcept { return time <= horizon_; }
    void prefetch(const Digest& key) const noexcept {
        __builtin_prefetch(&slots_[key.a & (slots_.size() - 1)]);
    }
    /// The entry of `key`, or null.
    Entry* find(const Digest& key) noexcept {
        Entry& slot = slot_of(key);
        return slot.key == key && !forgotten(slot.time) ? &slot : nullptr;
    }
    /// Adds an entry whose key `find()` does not find.
    void insert(const Entry& entry);

    /// How many entries are remembered, and how many bytes the table takes.
    std::size_t size() const noexcept;
    std::size_t bytes() const noexcept { return slots_.size() * sizeof(Entry); }

    void save(StateWriter& state) const;
    void load(StateReader& state);

private:
    Entry& slot_of(const Digest& key) noexcept;
    void rebuild();

    std::vector<Entry> slots_;  // a power of two
    std::size_t used_ = 0;      // slots that are not empty, forgotten ones included
    std::int64_t horizon_;
};

}  // namespace tsflow::dedupe
