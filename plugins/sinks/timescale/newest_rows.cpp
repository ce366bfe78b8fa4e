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

/// A row of a list.
struct Place {
    std::uint32_t batch;
    std::uint32_t at;  ///< in its rows
};

/// Whether two rows, each of a batch, have the same key.
bool equal(const Batch& a, std::size_t row_a, const Batch& b, std::size_t row_b,
           std::span<const std::size_t> key) {
    for (const std::size_t column : key) {
        const bool same = (*a.schema())[column].type == Type::string
                              ? a.strings(column)[row_a] == b.strings(column)[row_b]
                              : bits_of(a, column, row_a) == bits_of(b, column, row_b);
        if (!same) {
            return false;
        }
    }
    return true;
}

/// Whether row `row_b`, which came after `row_a`, is the older one.
bool is_older(const Batch& a, std::size_t row_a, const Batch& b, std::size_t row_b,
              std::size_t version) {
    if (a.is_null(version, row_a)) {
        return false;
    }
    if (b.is_null(version, row_b)) {
        return true;
    }
    if ((*a.schema())[version].type == Type::float64) {
        return b.column<double>(version)[row_b] < a.column<double>(version)[row_a];
    }
    return bits_of(b, version, row_b) < bits_of(a, version, row_a);
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

bool keep_newest(RowList& list, std::span<const std::size_t> key,
                 std::optional<std::size_t> version) {
    constexpr std::uint32_t none = 0xffffffff;
    // Open addressing, at most half full.
    std::vector<Place> slots(std::bit_ceil(2 * count_of(list) + 1), Place{none, 0});
    const std::size_t mask = slots.size() - 1;
    bool repeated = false;
    for (std::uint32_t batch = 0; batch < list.size(); ++batch) {
        RowsOf& of = list[batch];
        for (std::uint32_t i = 0; i < of.rows.size(); ++i) {
            const std::uint32_t row = of.rows[i];
            const auto is_other = [&](const Place& place) {
                const RowsOf& before = list[place.batch];
                return !equal(before.batch, before.rows[place.at], of.batch, row, key);
            };
            std::size_t at = key_hash(of.batch, key, row) & mask;
            while (slots[at].batch != none && is_other(slots[at])) {
                at = (at + 1) & mask;
            }
            if (slots[at].batch != none) {
                repeated = true;
                RowsOf& before = list[slots[at].batch];
                std::uint32_t& old = before.rows[slots[at].at];
                if (version && is_older(before.batch, old, of.batch, row, *version)) {
                    of.rows[i] = none;
                    continue;
                }
                old = none;
            }
            // The slot stands for the key, and must go on to name a row of it.
            slots[at] = {batch, i};
        }
    }
    if (repeated) {
        for (RowsOf& of : list) {
            std::erase(of.rows, none);
        }
    }
    return repeated;
}

}  // namespace tsflow::timescale
