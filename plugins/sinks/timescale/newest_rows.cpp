#include "newest_rows.hpp"

#include <bit>
#include <functional>
#include <string_view>

namespace tsflow::timescale {

namespace {

/// A fixed-width value as an integer, equal for equal values.
std::int64_t bits_of(const Batch& batch, std::size_t column, std::size_t row) {
    switch ((*batch.schema())[column].type) {
        case Type::boolean:
            return batch.column<bool>(column)[row] ? 1 : 0;
        case Type::int64:
            return batch.column<std::int64_t>(column)[row];
        case Type::float64:
            // The server holds -0 and 0 for equal.
            return std::bit_cast<std::int64_t>(batch.column<double>(column)[row] + 0.0);
        case Type::timestamp:
            // The server has no finer times.
            return std::chrono::floor<std::chrono::microseconds>(
                       batch.column<Timestamp>(column)[row])
                .time_since_epoch()
                .count();
        case Type::date:
            return batch.column<Date>(column)[row].time_since_epoch().count();
        case Type::symbol:
            return batch.column<Symbol>(column)[row].code();
        case Type::string:
            break;
    }
    return 0;
}

/// SplitMix64's last step.
std::uint64_t mixed(std::uint64_t value) noexcept {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
}

bool equal(const Batch& batch, std::span<const std::size_t> key, std::size_t a, std::size_t b) {
    for (const std::size_t column : key) {
        const bool same = (*batch.schema())[column].type == Type::string
                              ? batch.strings(column)[a] == batch.strings(column)[b]
                              : bits_of(batch, column, a) == bits_of(batch, column, b);
        if (!same) {
            return false;
        }
    }
    return true;
}

/// Whether row `b`, which came after row `a`, is the older one.
bool is_older(const Batch& batch, std::size_t version, std::size_t a, std::size_t b) {
    if (batch.is_null(version, a)) {
        return false;
    }
    if (batch.is_null(version, b)) {
        return true;
    }
    if ((*batch.schema())[version].type == Type::float64) {
        return batch.column<double>(version)[b] < batch.column<double>(version)[a];
    }
    return bits_of(batch, version, b) < bits_of(batch, version, a);
}

}  // namespace

std::uint64_t key_hash(const Batch& batch, std::span<const std::size_t> key, std::size_t row) {
    std::uint64_t hash = 0x9e3779b97f4a7c15ULL;
    for (const std::size_t column : key) {
        const std::uint64_t value = (*batch.schema())[column].type == Type::string
                                        ? std::hash<std::string_view>{}(batch.strings(column)[row])
                                        : static_cast<std::uint64_t>(bits_of(batch, column, row));
        hash = mixed(hash ^ value);
    }
    return hash;
}

void keep_newest(const Batch& batch, std::span<const std::size_t> key,
                 std::optional<std::size_t> version, std::vector<std::uint32_t>& rows) {
    constexpr std::uint32_t empty = 0xffffffff;
    // Open addressing, at most half full; each slot is a place in `rows`.
    std::vector<std::uint32_t> slots(std::bit_ceil(2 * rows.size() + 1), empty);
    const std::size_t mask = slots.size() - 1;
    bool repeated = false;
    for (std::uint32_t place = 0; place < rows.size(); ++place) {
        const std::uint32_t row = rows[place];
        std::size_t at = key_hash(batch, key, row) & mask;
        while (slots[at] != empty && !equal(batch, key, rows[slots[at]], row)) {
            at = (at + 1) & mask;
        }
        if (slots[at] == empty) {
            slots[at] = place;
            continue;
        }
        repeated = true;
        if (version && is_older(batch, *version, rows[slots[at]], row)) {
            rows[place] = empty;
        } else {
            // The slot's place stands for the key, and must go on to name a row of it.
            rows[slots[at]] = empty;
            slots[at] = place;
        }
    }
    if (repeated) {
        std::erase(rows, empty);
    }
}

}  // namespace tsflow::timescale
