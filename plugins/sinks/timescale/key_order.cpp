#include "key_order.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <numeric>
#include <optional>

namespace tsflow::timescale {

namespace {

/// Calls `use` with each row's value of column `field`.
template <class T, class Use>
void for_each_value(const RowList& list, std::size_t field, Use&& use) {
    for (const RowsOf& of : list) {
        const auto values = of.batch.column<T>(field);
        for (const std::uint32_t row : of.rows) {
            use(values[row]);
        }
    }
}

std::int64_t day_of(Timestamp time) noexcept {
    return std::chrono::floor<Date::duration>(time).time_since_epoch().count();
}

/// A place for each symbol of the column, by their texts, and how many there are.
std::size_t places_of_symbols(const RowList& list, std::size_t field,
                              std::vector<std::uint32_t>& places) {
    constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
    std::vector<std::uint32_t> place_of(Symbol::count(), none);
    std::vector<Symbol> symbols;
    for_each_value<Symbol>(list, field, [&](Symbol symbol) {
        std::uint32_t& place = place_of[static_cast<std::size_t>(symbol.code())];
        if (place == none) {
            place = 0;
            symbols.push_back(symbol);
        }
    });
    std::sort(symbols.begin(), symbols.end(),
              [](Symbol a, Symbol b) { return a.text() < b.text(); });
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        place_of[static_cast<std::size_t>(symbols[i].code())] = static_cast<std::uint32_t>(i);
    }
    for_each_value<Symbol>(list, field, [&](Symbol symbol) {
        places.push_back(place_of[static_cast<std::size_t>(symbol.code())]);
    });
    return symbols.size();
}

/// The event time's days in front of the symbols' places, as far as days are few.
std::size_t put_days_before(const RowList& list, std::size_t time, std::size_t symbols,
                            std::vector<std::uint32_t>& places) {
    std::int64_t first = std::numeric_limits<std::int64_t>::max();
    std::int64_t last = std::numeric_limits<std::int64_t>::min();
    for_each_value<Timestamp>(list, time, [&](Timestamp at) {
        const std::int64_t day = day_of(at);
        first = std::min(first, day);
        last = std::max(last, day);
    });
    const auto days = static_cast<std::size_t>(last - first) + 1;
    // Groups that are mostly empty cost more than they bring.
    if (days == 1 || days > 1 + 4 * places.size() / symbols) {
        return symbols;
    }
    std::size_t row = 0;
    for_each_value<Timestamp>(list, time, [&](Timestamp at) {
        places[row++] +=
            static_cast<std::uint32_t>(day_of(at) - first) * static_cast<std::uint32_t>(symbols);
    });
    return days * symbols;
}

/// The values of a field as numbers, as fine as the server has them; none for other types.
std::optional<std::vector<std::int64_t>> numbers_of(const RowList& list, std::size_t field,
                                                    Type type) {
    std::vector<std::int64_t> numbers;
    numbers.reserve(count_of(list));
    switch (type) {
        case Type::timestamp:
            for_each_value<Timestamp>(list, field, [&](Timestamp time) {
                numbers.push_back(
                    std::chrono::floor<std::chrono::microseconds>(time).time_since_epoch().count());
            });
            return numbers;
        case Type::date:
            for_each_value<Date>(list, field, [&](Date date) {
                numbers.push_back(date.time_since_epoch().count());
            });
            return numbers;
        case Type::int64:
            for_each_value<std::int64_t>(list, field,
                                         [&](std::int64_t value) { numbers.push_back(value); });
            return numbers;
        default:
            return std::nullopt;
    }
}

}  // namespace

KeyOrder order_by_key(const RowList& list, std::span<const std::size_t> key) {
    const std::size_t count = count_of(list);
    if (count == 0) {
        return {};
    }
    const Schema& schema = *list.front().batch.schema();
    if (key.empty() || schema[key.front()].type != Type::symbol) {
        return {};
    }
    std::vector<std::uint32_t> groups;
    groups.reserve(count);
    const std::size_t symbols = places_of_symbols(list, key.front(), groups);
    const auto time = schema.event_time();
    const std::size_t group_count = time ? put_days_before(list, *time, symbols, groups) : symbols;
    // Where each group begins.
    std::vector<std::uint32_t> begins(group_count + 1);
    for (const std::uint32_t group : groups) {
        ++begins[group + 1];
    }
    std::partial_sum(begins.begin(), begins.end(), begins.begin());
    KeyOrder order;
    order.places.resize(count);
    std::vector<std::uint32_t> next(begins.begin(), begins.end() - 1);
    for (std::uint32_t row = 0; row < count; ++row) {
        order.places[next[groups[row]]++] = row;
    }
    if (key.size() < 2) {
        order.distinct = symbols == count;
        return order;
    }
    const auto numbers = numbers_of(list, key[1], schema[key[1]].type);
    if (!numbers) {
        return order;
    }
    // Groups of two days may hold the same key, unless the day is the key's own.
    bool distinct = key.size() == 2 && (group_count == symbols || time == key[1]);
    for (std::size_t group = 0; group < group_count; ++group) {
        const auto begin = order.places.begin() + begins[group];
        const auto end = order.places.begin() + begins[group + 1];
        const auto before = [&](std::uint32_t a, std::uint32_t b) {
            return (*numbers)[a] < (*numbers)[b];
        };
        if (!std::is_sorted(begin, end, before)) {
            std::sort(begin, end, before);
        }
        distinct = distinct && std::adjacent_find(begin, end, [&](auto a, auto b) {
                                   return (*numbers)[a] == (*numbers)[b];
                               }) == end;
    }
    order.distinct = distinct;
    return order;
}

}  // namespace tsflow::timescale
