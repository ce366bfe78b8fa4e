#include "indicators/ranking.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>

#include "indicators/value.hpp"

namespace tsflow::market {

std::vector<std::uint32_t> alphabetical(std::span<const std::string_view> texts) {
    std::vector<std::uint32_t> order(texts.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return texts[a] < texts[b]; });
    std::vector<std::uint32_t> places(texts.size());
    for (std::uint32_t place = 0; place < order.size(); ++place) {
        places[order[place]] = place;
    }
    return places;
}

Ranking::Ranking(std::vector<std::uint32_t> alphabetical) {
    reset(std::move(alphabetical));
}

void Ranking::reset(std::vector<std::uint32_t> alphabetical) {
    by_text_.resize(alphabetical.size());
    for (std::uint32_t item = 0; item < alphabetical.size(); ++item) {
        by_text_[alphabetical[item]] = item;
    }
    places_.assign(alphabetical.size(), {});
    items_.clear();
}

void Ranking::update(std::span<const double> values) {
    // The thread's: a node ranks by several columns, one after the other.
    thread_local Entries entries, scratch;
    entries.clear();
    for (std::uint32_t tie = 0; tie < by_text_.size(); ++tie) {
        const std::uint32_t item = by_text_[tie];
        if (known(values[item])) {
            entries.push_back({values[item], tie, item});
        } else {
            places_[item] = {};
        }
    }
    sort_roughly(entries, scratch);
    sort(entries);
    items_.resize(entries.size());
    for (std::size_t at = 0; at < entries.size(); ++at) {
        items_[at] = entries[at].item;
    }
    set_places(entries);
}

/// By the sign, the exponent and 21 bits of the fraction, in three rounds of a radix sort that keep the order
/// of what is alike: to compare costs several times more, for the processor cannot tell how it goes out.
void Ranking::sort_roughly(Entries& entries, Entries& scratch) {
    constexpr std::size_t worth_it = 256;
    constexpr unsigned digits = 3, digit_bits = 11, rest_bits = 64 - digits * digit_bits;
    constexpr std::size_t buckets = std::size_t{1} << digit_bits;
    if (entries.size() < worth_it) {
        return;
    }
    const auto digit = [](double value, unsigned round) {
        // As an integer that grows with the value; 0.0 is added since -0.0 is the same.
        const auto bits = std::bit_cast<std::uint64_t>(value + 0.0);
        constexpr std::uint64_t sign = std::uint64_t{1} << 63;
        const std::uint64_t ascending = (bits & sign) != 0 ? ~bits : bits | sign;
        return (~ascending >> (rest_bits + round * digit_bits)) % buckets;
    };
    std::array<std::array<std::uint32_t, buckets>, digits> begin{};
    for (const Entry& entry : entries) {
        for (unsigned round = 0; round < digits; ++round) {
            ++begin[round][digit(entry.value, round)];
        }
    }
    scratch.resize(entries.size());
    for (unsigned round = 0; round < digits; ++round) {
        std::exclusive_scan(begin[round].begin(), begin[round].end(), begin[round].begin(), 0U);
        for (const Entry& entry : entries) {
            scratch[begin[round][digit(entry.value, round)]++] = entry;
        }
        entries.swap(scratch);
    }
}

void Ranking::sort(Entries& entries) {
    // Insertion moves little when little is out of order; otherwise it would be quadratic.
    constexpr std::size_t moves_per_item = 4;
    std::size_t moves_left = entries.size() * moves_per_item;
    for (std::size_t at = 1; at < entries.size(); ++at) {
        const Entry entry = entries[at];
        std::size_t to = at;
        while (to > 0 && before(entry, entries[to - 1])) {
            entries[to] = entries[to - 1];
            --to;
        }
        entries[to] = entry;
        if (at - to > moves_left) {
            std::sort(entries.begin(), entries.end(), before);
            return;
        }
        moves_left -= at - to;
    }
}

void Ranking::set_places(const Entries& entries) {
    const auto count = static_cast<std::uint32_t>(entries.size());
    for (std::uint32_t first = 0; first < count;) {
        std::uint32_t end = first + 1;
        while (end < count && entries[end].value == entries[first].value) {
            ++end;
        }
        for (std::uint32_t at = first; at < end; ++at) {
            places_[entries[at].item] = {first + 1, count - end, end - first};
        }
        first = end;
    }
}

double Ranking::percent_rank(std::uint32_t item) const noexcept {
    const Place& place = places_[item];
    if (place.rank == 0) {
        return unknown;
    }
    return ranked() == 1 ? 0.0 : place.below / (static_cast<double>(ranked()) - 1);
}

double Ranking::cume_dist(std::uint32_t item) const noexcept {
    const Place& place = places_[item];
    return place.rank == 0 ? unknown : (place.below + place.equal) / static_cast<double>(ranked());
}

double Ranking::mid_rank(std::uint32_t item) const noexcept {
    const Place& place = places_[item];
    return place.rank == 0 ? unknown
                           : (place.below + 0.5 * place.equal) / static_cast<double>(ranked());
}

std::span<const std::uint32_t> Ranking::top(std::size_t count) const noexcept {
    return order().first(std::min(count, ranked()));
}

std::vector<std::uint32_t> Ranking::bottom(std::size_t count) const {
    std::vector<std::uint32_t> worst;
    count = std::min(count, ranked());
    for (std::size_t end = items_.size(); worst.size() < count;) {
        const std::size_t first = end - places_[items_[end - 1]].equal;
        for (std::size_t at = first; at < end && worst.size() < count; ++at) {
            worst.push_back(items_[at]);
        }
        end = first;
    }
    return worst;
}

void RankChanges::mark(const Ranking& ranking, std::size_t items) {
    ranks_.resize(items);
    for (std::uint32_t item = 0; item < items; ++item) {
        ranks_[item] = ranking.place(item).rank;
    }
}

std::int32_t RankChanges::change(const Ranking& ranking, std::uint32_t item) const noexcept {
    const std::uint32_t now = ranking.place(item).rank;
    if (now == 0 || is_new(item)) {
        return 0;
    }
    return static_cast<std::int32_t>(ranks_[item]) - static_cast<std::int32_t>(now);
}

bool RankChanges::is_new(std::uint32_t item) const noexcept {
    return item >= ranks_.size() || ranks_[item] == 0;
}

void RankChanges::save(StateWriter& state) const {
    state.integer(static_cast<std::int64_t>(ranks_.size()));
    for (const std::uint32_t rank : ranks_) {
        state.integer(rank);
    }
}

void RankChanges::restore(StateReader& state) {
    ranks_.resize(static_cast<std::size_t>(state.integer()));
    for (std::uint32_t& rank : ranks_) {
        rank = static_cast<std::uint32_t>(state.integer());
    }
}

int rating_of(double percent_rank) noexcept {
    return known(percent_rank) ? 1 + static_cast<int>(std::floor(98 * percent_rank + 0.5)) : 0;
}

double quantile(std::span<const double> values, double q, std::vector<double>& scratch) {
    scratch.assign(values.begin(), values.end());
    std::erase_if(scratch, [](double value) { return !known(value); });
    if (scratch.empty()) {
        return unknown;
    }
    const double place = q * static_cast<double>(scratch.size() - 1);
    const auto below = static_cast<std::ptrdiff_t>(place);
    const auto at = scratch.begin() + below;
    std::nth_element(scratch.begin(), at, scratch.end());
    if (at + 1 == scratch.end()) {
        return *at;
    }
    const double next = *std::min_element(at + 1, scratch.end());
    return *at + (place - static_cast<double>(below)) * (next - *at);
}

}  // namespace tsflow::market
