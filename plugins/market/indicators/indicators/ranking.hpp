#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "tsflow/state.hpp"

namespace tsflow::market {

/// The place of each text among all in ascending order of bytes: the second criterion of rankings.
std::vector<std::uint32_t> alphabetical(std::span<const std::string_view> texts);

/// Where one item stands among those that have a value.
struct Place {
    /// Competition rank, best first: 1, 2, 2, 4. 0 for an item without a value.
    std::uint32_t rank = 0;
    std::uint32_t below = 0;  ///< items with a lesser value
    std::uint32_t equal = 0;  ///< items with the same value, itself included
};

/// Ranks items by value, the greatest first and ties by their texts, so that the order does not depend on
/// what came before. Items are numbered from 0; an unknown value is not ranked.
class Ranking {
public:
    /// `alphabetical` gives each item's place among all texts; call `reset` when items are added.
    explicit Ranking(std::vector<std::uint32_t> alphabetical);
    void reset(std::vector<std::uint32_t> alphabetical);

    /// One value for each item, `unknown` for none.
    void update(std::span<const double> values);

    /// The ranked items, best first.
    std::span<const std::uint32_t> order() const noexcept { return items_; }
    std::size_t ranked() const noexcept { return items_.size(); }
    const Place& place(std::uint32_t item) const noexcept { return places_[item]; }

    // Percentiles among the ranked, from 0 for the least value; unknown for an item that is not ranked.

    /// (min_rank - 1) / (N - 1), 0 when it is alone: percent_rank() in SQL.
    double percent_rank(std::uint32_t item) const noexcept;
    /// Share of values that are not greater: cume_dist() in SQL, rank(method="max", pct=True) in pandas.
    double cume_dist(std::uint32_t item) const noexcept;
    /// (lesser + half of the equal) / N: percentileofscore(kind="mean") in SciPy, runPercentRank in TTR.
    double mid_rank(std::uint32_t item) const noexcept;

    /// The best `count` items, fewer when fewer are ranked.
    std::span<const std::uint32_t> top(std::size_t count) const noexcept;
    /// The worst `count` items, the worst first, ties by their texts.
    std::vector<std::uint32_t> bottom(std::size_t count) const;

private:
    struct Entry {
        double value;
        std::uint32_t tie;  ///< place of its text among all
        std::uint32_t item;
    };
    static bool before(const Entry& a, const Entry& b) noexcept {
        return a.value > b.value || (a.value == b.value && a.tie < b.tie);
    }
    using Entries = std::vector<Entry>;
    static void sort_roughly(Entries& entries, Entries& scratch);
    static void sort(Entries& entries);
    void set_places(const Entries& entries);

    std::vector<std::uint32_t> by_text_;  ///< all items in the order of their texts
    std::vector<std::uint32_t> items_;
    std::vector<Place> places_;
};

/// How ranks have moved against a ranking that was marked, the last publication or the last session.
class RankChanges {
public:
    void mark(const Ranking& ranking, std::size_t items);
    /// Places gained since: 3 for a rise from 5th to 2nd. 0 for an item that was or is not ranked;
    /// `is_new` tells those that were not.
    std::int32_t change(const Ranking& ranking, std::uint32_t item) const noexcept;
    bool is_new(std::uint32_t item) const noexcept;

    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    std::vector<std::uint32_t> ranks_;
};

/// IBD-style rating 1 to 99 of a percent rank; 0 for an unknown one.
int rating_of(double percent_rank) noexcept;

/// The q-quantile, 0 to 1, of the known values, with linear interpolation: R's type 7, the default of
/// NumPy. Unknown without values. `scratch` is overwritten.
double quantile(std::span<const double> values, double q, std::vector<double>& scratch);

}  // namespace tsflow::market
