#include "rankings.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "rows.hpp"
#include "session/prefetch.hpp"
#include "session/row_columns.hpp"

namespace tsflow::rankings {

using market::Slot;
using market::Stamp;
using market::unknown;
using market::View;

namespace {

/// Of a place that no row has told of yet.
constexpr std::uint32_t no_place = std::numeric_limits<std::uint32_t>::max();

}  // namespace

void Rankings::describe(Options<Config>& options) {
    std::vector<std::string> names;
    names.reserve(metrics.size());
    for (const MetricInfo& metric : metrics) {
        names.emplace_back(metric.name);
    }
    options
        .optional("rank_by", &Config::rank_by,
                  "Columns to rank by; port `top` has a list for each, and the ranks of port "
                  "`ranks` are those of the first")
        .one_of(names);
    options
        .optional("top", &Config::top, "How many of the best and of the worst go out on port `top`")
        .range(1, 10'000)
        .in("symbols");
    options
        .optional("min_price", &Config::min_price,
                  "Symbols below this price are told of, but not ranked")
        .at_least(0)
        .in("USD");
    options
        .optional("min_dollar_volume", &Config::min_dollar_volume,
                  "Nor are those that have traded for less today")
        .at_least(0)
        .in("USD");
    options.optional("benchmark", &Config::benchmark,
                     "Symbol that relative strength is measured against; it must come with the "
                     "bars and need not be in a universe. Empty: those columns are null");
    options
        .optional("volume_sessions", &Config::volume_sessions,
                  "Sessions that relative volume is measured against")
        .range(1, 60)
        .in("sessions");
    options
        .optional("volume_slot", &Config::volume_slot,
                  "Relative volume is told for slots of so many minutes: 1 takes five times the "
                  "memory of 5, 16 KB a symbol for ten sessions")
        .range(1, 30)
        .in("minutes");
    options.optional("surge", &Config::surge, "From which relative volume on it counts as a surge")
        .at_least(0);
    market::describe_session(options);
    options.check([](const Config& config, OptionProblems& problems) {
        if (config.rank_by.empty()) {
            problems.push_back({"rank_by", "name one column at least, such as \"ret_1\""});
        }
        for (auto by = config.rank_by.begin(); by != config.rank_by.end(); ++by) {
            if (std::find(config.rank_by.begin(), by, *by) != by) {
                problems.push_back({"rank_by", "'" + *by + "' is named twice; name it once"});
            }
        }
    });
}

Rankings::Rankings(Config config)
    : SessionNode(config), config_(std::move(config)), ranks_(ranks_schema()), top_(top_schema()) {
    for (const std::string& by : config_.rank_by) {
        rank_by_.push_back(*metric_named(by));
    }
}

Ports Rankings::outputs() {
    return {{"ranks", ranks_.schema(), true}, {"top", top_.schema(), true}};
}

void Rankings::clear() {
    history_.clear();
    told_.clear();
    universes_.clear();
}

std::vector<Symbol> Rankings::others() const {
    return config_.benchmark.empty() ? std::vector<Symbol>{}
                                     : std::vector{Symbol::intern(config_.benchmark)};
}

void Rankings::add_member(Slot slot) {
    market::RelativeVolumeConfig volume;
    volume.sessions = static_cast<std::size_t>(config_.volume_sessions);
    volume.minutes_per_slot = static_cast<std::size_t>(config_.volume_slot);
    market::make_room(history_, members().size());
    history_.emplace_back(volume);
    market::make_room(told_, members().size());
    told_.push_back(market::fingerprint(no_figures));
    if (day_open()) {
        history_[slot].begin_day(day_.early_close);
    }
}

void Rankings::apply_split(Slot slot, double ratio) {
    history_[slot].apply_split(ratio);
    if (!config_.benchmark.empty() && members().symbol(slot).text() == config_.benchmark) {
        for (SymbolHistory& history : history_) {
            history.apply_benchmark_split(ratio);
        }
    }
}

void Rankings::begin_day(const market::TradingDay& day) {
    day_ = day;
    for (SymbolHistory& history : history_) {
        history.begin_day(day.early_close);
    }
    if (day.date == told_day_) {
        return;  // it is played back
    }
    told_day_ = day.date;
    for (Universe& universe : universes_) {
        universe.status = Symbol{};  // each day has rows of its own
    }
}

void Rankings::changed(View, Slot, const market::DaySoFar&, const market::DaySoFar&) {
    // Figures are made when they go out: most bars of a minute come between two publications.
}

void Rankings::find_figures(View view, int minute) {
    const market::DayView& today = day(view);
    Benchmark benchmark;
    if (!config_.benchmark.empty()) {
        const Slot slot = members().find(Symbol::intern(config_.benchmark));
        if (today[slot].traded()) {
            benchmark.price = today[slot].close;
            benchmark.return_20 = history_[slot].return_20(benchmark.price);
        }
    }
    figures_.resize(members().size());
    prints_.resize(members().size());
    for (Slot slot = 0; slot < members().size(); ++slot) {
        if (slot + market::prefetch_ahead < members().size()) {
            market::prefetch(history_[slot + market::prefetch_ahead]);
        }
        const market::DaySoFar& now = today[slot];
        figures_[slot] = now.traded() ? history_[slot].figures(now, slot, minute, minutes(),
                                                               previous_close(slot), benchmark)
                                      : no_figures;
        prints_[slot] = market::fingerprint(figures_[slot]);
    }
}

bool Rankings::eligible(Slot slot, Metric metric) const noexcept {
    if (metric == rvol_cum || metric == rvol_bar) {
        return history_[slot].volume_sessions() ==
               static_cast<std::size_t>(config_.volume_sessions);
    }
    return history_[slot].sessions() >= metrics[metric].sessions;
}

void Rankings::update(Ranked& ranked, std::size_t index) {
    const market::UniverseSet bit = market::UniverseSet{1} << index;
    values_.resize(figures_.size());
    for (Slot slot = 0; slot < figures_.size(); ++slot) {
        const Figures& figures = figures_[slot];
        const bool in = (members().universes_of(slot) & bit) != 0 &&
                        figures[last] >= config_.min_price &&
                        figures[dollar_vol] >= config_.min_dollar_volume;
        values_[slot] = in ? figures[ranked.metric] : unknown;
    }
    ranked.ranking.update(values_);
}

void Rankings::order(Universe& universe, std::size_t index) {
    if (universe.ranked_symbols != figures_.size()) {
        std::vector<std::uint32_t> places(figures_.size());
        for (std::uint32_t at = 0; at < places.size(); ++at) {
            places[members().by_text()[at]] = at;
        }
        for (Ranked& ranked : universe.by) {
            ranked.ranking.reset(places);
        }
        universe.score.ranking.reset(places);
        universe.rsi.ranking.reset(std::move(places));
        universe.told.resize(figures_.size());
        universe.ranked_symbols = figures_.size();
    }
    for (Ranked& ranked : universe.by) {
        update(ranked, index);
    }
    for (Ranked* const one : {&universe.score, &universe.rsi}) {
        if (!ranked_by(one->metric)) {
            update(*one, index);
        }
    }
    const market::UniverseSet bit = market::UniverseSet{1} << index;
    universe.members = universe.eligible = 0;
    for (Slot slot = 0; slot < figures_.size(); ++slot) {
        if ((members().universes_of(slot) & bit) != 0) {
            ++universe.members;
            universe.eligible += eligible(slot, rank_by_.front()) ? 1 : 0;
        }
    }
}

void Rankings::publish(const Stamp& stamp, Emitter& out) {
    // Both ports tell how things stand now, not how they stood at each minute: while the day is live, its
    // complete minutes are older than that, until the last one.
    const bool over = stamp.timestamp + std::chrono::minutes{1} >= day_.regular.close;
    if (live() && stamp.view == View::complete && !over) {
        return;
    }
    find_figures(stamp.view, stamp.minute);
    make_universes();
    market::for_each_universe(stamp.news, [&](std::size_t index) {
        order(universes_[index], index);
        add_ranks(stamp, index);
        add_top(stamp, index);
        universes_[index].status = market::to_symbol(stamp.status);
    });
    for (Slot slot = 0; slot < figures_.size(); ++slot) {
        // What no universe had news of waits for the next time.
        if ((members().universes_of(slot) & ~stamp.news) == 0) {
            told_[slot] = prints_[slot];
        }
    }
    if (!ranks_.empty()) {
        out.emit(ranks_.finish(), 0);
    }
    if (!top_.empty()) {
        out.emit(top_.finish(), 1);
    }
}

void Rankings::make_universes() {
    while (universes_.size() < members().universes()) {
        add_universe();
    }
}

Rankings::Universe& Rankings::add_universe() {
    Universe& universe = universes_.emplace_back();
    for (const Metric metric : rank_by_) {
        universe.by.emplace_back().metric = metric;
    }
    universe.score.metric = rs_score;
    universe.rsi.metric = rsi14;
    universe.told_top.resize(2 * rank_by_.size());
    return universe;
}

std::optional<std::size_t> Rankings::ranked_by(Metric metric) const noexcept {
    const auto found = std::find(rank_by_.begin(), rank_by_.end(), metric);
    return found == rank_by_.end()
               ? std::nullopt
               : std::optional{static_cast<std::size_t>(found - rank_by_.begin())};
}

Rankings::Standing Rankings::standing_of(const Universe& universe, Slot slot) const {
    const Ranked& first = universe.by.front();
    const auto percent_rank = [&](const Ranked& own) {
        const auto by = ranked_by(own.metric);
        return (by ? universe.by[*by] : own).ranking.percent_rank(slot);
    };
    Standing standing;
    standing.rank = first.ranking.place(slot).rank;
    standing.pct_rank = first.ranking.percent_rank(slot);
    standing.rank_delta = first.since.change(first.ranking, slot);
    standing.is_new = first.since.is_new(slot);
    standing.rating = static_cast<std::int8_t>(market::rating_of(percent_rank(universe.score)));
    standing.rsi_pct_rank = percent_rank(universe.rsi);
    return standing;
}

void Rankings::add_ranks(const Stamp& stamp, std::size_t index) {
    Universe& universe = universes_[index];
    const market::UniverseSet bit = market::UniverseSet{1} << index;
    // At the end of the day, and in its first rows, all go out.
    const bool all =
        universe.status == Symbol{} ||
        (universe.status != market::to_symbol(stamp.status) && stamp.view == View::complete);
    for (const Slot slot : members().by_text()) {
        if ((members().universes_of(slot) & bit) == 0) {
            continue;
        }
        const Standing standing = standing_of(universe, slot);
        if (all || prints_[slot] != told_[slot] || !(standing == universe.told[slot])) {
            slots_.push_back(slot);
            universe.told[slot] = standing;
            if (slots_.size() == market::RowColumns::at_once) {
                add_rows(stamp, index);
            }
        }
    }
    add_rows(stamp, index);
}

void Rankings::add_top(const Stamp& stamp, std::size_t index) {
    Universe& universe = universes_[index];
    const bool all = universe.status == Symbol{};
    const auto count = static_cast<std::size_t>(config_.top);
    for (std::size_t i = 0; i < universe.by.size(); ++i) {
        const Ranked& ranked = universe.by[i];
        const auto tell = [&](auto&& items, bool best) {
            std::vector<Place>& told = universe.told_top[2 * i + (best ? 0 : 1)];
            // What an earlier, longer list left behind is emptied.
            for (std::size_t at = 0; at < std::max(items.size(), told.size()); ++at) {
                Place place;
                if (at < items.size()) {
                    const Slot slot = items[at];
                    place = {members().symbol(slot), figures_[slot][ranked.metric],
                             ranked.ranking.place(slot).rank,
                             ranked.since.change(ranked.ranking, slot), ranked.since.is_new(slot)};
                }
                if (at == told.size()) {
                    told.emplace_back().rank = no_place;
                }
                if (all || !(place == told[at])) {
                    add_place(stamp, universe, index, ranked, best, at, place);
                    told[at] = place;
                }
            }
        };
        tell(ranked.ranking.top(count), true);
        tell(ranked.ranking.bottom(count), false);
    }
}

void Rankings::commit(const market::TradingDay& over) {
    const market::DayView& today = day(View::complete);
    double benchmark = unknown;
    if (!config_.benchmark.empty()) {
        const Slot slot = members().find(Symbol::intern(config_.benchmark));
        benchmark = today[slot].traded() ? today[slot].close : unknown;
    }
    // The last publication may have been without some of the universes, or before the day's end.
    constexpr auto minute = std::chrono::minutes{1};
    find_figures(View::complete,
                 static_cast<int>((over.regular.close - over.regular.open) / minute) - 1);
    make_universes();
    for (std::size_t index = 0; index < universes_.size(); ++index) {
        order(universes_[index], index);
        for (Ranked& ranked : universes_[index].by) {
            ranked.since.mark(ranked.ranking, figures_.size());
        }
    }
    for (Slot slot = 0; slot < members().size(); ++slot) {
        if (today[slot].traded()) {
            history_[slot].commit(today[slot], slot, minutes(), benchmark);
        } else {
            history_[slot].skip();
        }
    }
}

}  // namespace tsflow::rankings

TSFLOW_PLUGIN("rankings", "1.0.0") {
    plugin.add<tsflow::rankings::Rankings>();
}
