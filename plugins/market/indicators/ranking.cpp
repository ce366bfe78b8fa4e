#include "indicators/ranking.hpp"

#include <algorithm>
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
    alphabetical_ = std::move(alphabetical);
    warm_.resize(alphabetical_.size());
    std::iota(warm_.begin(), warm_.end(), 0u);
    places_.assign(alphabetical_.size(), {});
    entries_.clear();
    items_.clear();
}

void Ranking::update(std::span<const double> values) {
    entries_.clear();
    std::size_t unranked = 0;
    for (const std::uint32_t item : warm_) {
        if (known(values[item])) {
            entries_.push_back({values[item], alphabetical_[item], item});
        } else {
            // Written behind what was read: the warm order keeps the unranked for their return.
            warm_[unranked++] = item;
            places_[item] = {};
        }
    }
    std::move_backward(warm_.begin(), warm_.begin() + static_cast<std::ptrdiff_t>(unranked),
                       warm_.end());
    sort();
    items_.resize(entries_.size());
    for (std::size_t at = 0; at < entries_.size(); ++at) {
        items_[at] = warm_[at] = entries_[at].item;
    }
    set_places();
}

void Ranking::sort() {
    // Insertion moves little when little has changed; when much has, as at the open, it would be quadratic.
    constexpr std::size_t moves_per_item = 16;
    std::size_t moves_left = entries_.size() * moves_per_item;
    for (std::size_t at = 1; at < entries_.size(); ++at) {
        const Entry entry = entries_[at];
        std::size_t to = at;
        while (to > 0 && before(entry, entries_[to - 1])) {
            entries_[to] = entries_[to - 1];
            --to;
        }
        entries_[to] = entry;
        if (at - to > moves_left) {
            std::sort(entries_.begin(), entries_.end(), before);
            return;
        }
        moves_left -= at - to;
    }
}

void Ranking::set_places() {
    const auto count = static_cast<std::uint32_t>(entries_.size());
    for (std::uint32_t first = 0; first < count;) {
        std::uint32_t end = first + 1;
        while (end < count && entries_[end].value == entries_[first].value) {
            ++end;
        }
        for (std::uint32_t at = first; at < end; ++at) {
            places_[entries_[at].item] = {first + 1, count - end, end - first};
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
