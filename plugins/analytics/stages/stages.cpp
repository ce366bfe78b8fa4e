#include "stages.hpp"

#include <algorithm>
#include <utility>

#include "indicators/fingerprint.hpp"
#include "indicators/weekly.hpp"
#include "rows.hpp"
#include "session/prefetch.hpp"
#include "session/row_columns.hpp"

namespace tsflow::stages {

using market::DaySoFar;
using market::known;
using market::Slot;
using market::Stamp;
using market::unknown;
using market::View;

void Stages::describe(Options<Config>& options) {
    options
        .optional("period", &Config::period,
                  "Of the stage: `weekly`, closed by the week's last session, or `daily`")
        .one_of({"weekly", "daily"});
    options
        .optional("average", &Config::average,
                  "Periods of the mean of closes; 30 by weeks, 150 by days when it is not given")
        .range(2, 1000);
    options
        .optional("slope_periods", &Config::slope_periods,
                  "Over how many periods its slope is taken; 4 by weeks, 20 by days")
        .range(1, 200);
    options
        .optional("confirm", &Config::confirm,
                  "Periods in a row that must ask for a stage; 2 by weeks, 5 by days")
        .range(1, 50);
    options.optional("slope", &Config::slope, "From which slope on the mean rises or falls")
        .range(0, 1)
        .in("fraction");
    options.optional("distance", &Config::distance, "How far a price must be from the mean")
        .range(0, 1)
        .in("fraction");
    options.optional(
        "benchmark", &Config::benchmark,
        "Symbol that relative strength is measured against; it must come with the bars "
        "and need not be in a universe. Empty: those columns are null");
    options.optional(
        "sectors", &Config::sectors,
        "CSV file with the columns symbol,sector[,name][,industry][,weight]; with it the "
        "summary has rows for sectors, too");
    options
        .optional("volume_times", &Config::volume_times,
                  "How many times the mean of four periods a volume must be for vol_ok")
        .at_least(0);
    options
        .optional("above_low", &Config::above_low,
                  "Criterion 6 of the template: price over the low of 252 sessions")
        .at_least(0);
    options
        .optional("below_high", &Config::below_high,
                  "Criterion 7: price over the high of 252 sessions")
        .at_least(0);
    options.optional("rating", &Config::rating, "Criterion 8: least strength rating").range(1, 99);
    options
        .optional("rising", &Config::rising,
                  "Criterion 3: over how many sessions the mean of 200 must have risen")
        .range(1, 60)
        .in("sessions");
    options.optional("rising_every_session", &Config::rising_every_session,
                     "Whether it must have risen in each of them");
    market::describe_session(options);
}

Stages::Stages(Config config)
    : SessionNode(config),
      config_(std::move(config)),
      stages_(stages_schema()),
      summary_(summary_schema()),
      transitions_(transitions_schema()) {
    rules_.weekly = config_.period == "weekly";
    const auto either = [&](const std::optional<std::int64_t>& given, std::int64_t weekly,
                            std::int64_t daily) {
        return given.value_or(rules_.weekly ? weekly : daily);
    };
    rules_.stage.average = static_cast<std::size_t>(either(config_.average, 30, 150));
    rules_.stage.slope_periods = static_cast<std::size_t>(either(config_.slope_periods, 4, 20));
    rules_.stage.confirm = static_cast<std::int32_t>(either(config_.confirm, 2, 5));
    rules_.stage.slope = config_.slope;
    rules_.stage.distance = config_.distance;
    rules_.stage.correctable = 1;  // bars of days that are over come too late
    rules_.strength_periods = rules_.weekly ? 52 : 200;
    rules_.volume_times = config_.volume_times;
    rules_.trend.above_low = config_.above_low;
    rules_.trend.below_high = config_.below_high;
    rules_.trend.rating = config_.rating;
    rules_.trend.rising = static_cast<std::size_t>(config_.rising);
    rules_.trend.every_session = config_.rising_every_session;
}

void Stages::probe(Context&) {
    if (!config_.sectors.empty()) {
        const market::SectorMap readable{config_.sectors};
    }
}

Ports Stages::outputs() {
    return {{"stages", stages_.schema(), true},
            {"summary", summary_.schema(), true},
            {"transitions", transitions_.schema(), true}};
}

void Stages::clear() {
    if (!config_.sectors.empty() && !map_) {
        map_.emplace(config_.sectors);
    }
    sector_names_.clear();
    if (map_) {
        for (const std::string& sector : map_->sectors()) {
            sector_names_.push_back(Symbol::intern(sector));
        }
    } else {
        sector_names_.push_back(Symbol::intern(market::SectorMap::all));
    }
    symbols_.clear();
    sector_slots_.clear();
    universes_.clear();
    changes_.clear();
}

void Stages::add_member(Slot slot) {
    market::make_room(symbols_, members().size());
    symbols_.emplace_back(rules_);
    sector_slots_.push_back(map_ ? map_->of(members().symbol(slot).text()).sector
                                 : std::uint16_t{0});
}

std::vector<Symbol> Stages::others() const {
    return config_.benchmark.empty() ? std::vector<Symbol>{}
                                     : std::vector{Symbol::intern(config_.benchmark)};
}

void Stages::apply_split(Slot slot, double ratio) {
    symbols_[slot].apply_split(ratio);
    if (!config_.benchmark.empty() && members().symbol(slot).text() == config_.benchmark) {
        for (SymbolStage& symbol : symbols_) {
            symbol.apply_benchmark_split(ratio);
        }
    }
}

void Stages::begin_day(const market::TradingDay& day) {
    day_ = day;
    if (day.date == told_day_) {
        return;  // it is played back
    }
    told_day_ = day.date;
    for (Universe& universe : universes_) {
        universe.status = Symbol{};  // each day has rows of its own
    }
}

void Stages::changed(View, Slot, const DaySoFar&, const DaySoFar&) {
    // Figures are made when they go out: most bars of a minute come between two publications.
}

void Stages::make_universes() {
    while (universes_.size() < members().universes()) {
        universes_.emplace_back();
    }
}

/// Without a map all is one sector.
std::size_t Stages::sector_of(Slot slot) const {
    return sector_slots_[slot];
}

double Stages::benchmark_price() const {
    if (config_.benchmark.empty()) {
        return unknown;
    }
    // Between a session's end and its period's, the newest price counts, whenever it was.
    const Slot slot = members().find(Symbol::intern(config_.benchmark));
    const DaySoFar& today = day(View::complete)[slot];
    return today.traded() ? today.close : previous_close(slot);
}

void Stages::find_figures(View view) {
    const market::DayView& today = day(view);
    double benchmark = unknown;
    if (!config_.benchmark.empty()) {
        const DaySoFar& now = today[members().find(Symbol::intern(config_.benchmark))];
        benchmark = now.traded() ? now.close : unknown;
    }
    figures_.resize(symbols_.size());
    for (Slot slot = 0; slot < symbols_.size(); ++slot) {
        if (slot + market::prefetch_ahead < symbols_.size()) {
            market::prefetch(symbols_[slot + market::prefetch_ahead]);
        }
        figures_[slot] = symbols_[slot].figures(rules_, day_.date, today[slot], benchmark);
    }
}

void Stages::rate(Universe& universe, std::size_t index) {
    if (universe.ranked_symbols != figures_.size()) {
        std::vector<std::uint32_t> places(figures_.size());
        for (std::uint32_t at = 0; at < places.size(); ++at) {
            places[members().by_text()[at]] = at;
        }
        universe.scores.reset(std::move(places));
        universe.ranked_symbols = figures_.size();
        universe.told.resize(figures_.size(), market::fingerprint(no_figures));
    }
    const market::UniverseSet bit = market::UniverseSet{1} << index;
    scores_.resize(figures_.size());
    const std::size_t sectors = sector_names_.size();
    universe.counts.assign(sectors, {});
    for (Slot slot = 0; slot < figures_.size(); ++slot) {
        const bool in = (members().universes_of(slot) & bit) != 0;
        scores_[slot] = in ? figures_[slot][rs_score] : unknown;
        if (!in) {
            continue;
        }
        const auto count = [&](Count& c) {
            const bool traded = known(figures_[slot][last]);
            ++c.members;
            c.eligible += symbols_[slot].eligible() ? 1 : 0;
            c.reporting += symbols_[slot].eligible() && traded ? 1 : 0;
            ++c.stages[static_cast<std::size_t>(figures_[slot][stage])];
            if (known(figures_[slot][stage_live])) {
                ++c.live[static_cast<std::size_t>(figures_[slot][stage_live])];
            }
        };
        count(universe.counts[sectors - 1]);
        if (map_) {
            count(universe.counts[sector_of(slot)]);
        }
    }
    universe.scores.update(scores_);
}

/// The figures with those that depend on the universe.
Figures Stages::rated(const Universe& universe, Slot slot) const {
    Figures figures = figures_[slot];
    if (const int rating = market::rating_of(universe.scores.percent_rank(slot)); rating != 0) {
        figures[rs_rating] = rating;
        figures[c8] = rating >= config_.rating ? 1 : 0;
    }
    const bool traded = known(figures[last]);
    double yes = 0;
    double answers = 0;
    for (std::size_t c = c1; c <= c8; ++c) {
        answers += known(figures[c]) ? 1 : 0;
        yes += figures[c] == 1 ? 1 : 0;
    }
    figures[n_true] = traded ? yes : unknown;
    figures[n_known] = traded ? answers : unknown;
    figures[pass] = answers == c8 - c1 + 1 ? (yes == answers ? 1 : 0) : unknown;
    return figures;
}

void Stages::publish(const Stamp& stamp, Emitter& out) {
    // Rows tell how things stand now: while the day is live, its complete minutes are older.
    if (live() && stamp.view == View::complete) {
        return;
    }
    make_universes();
    find_figures(stamp.view);
    tell(stamp, out);
}

void Stages::tell(const Stamp& stamp, Emitter& out) {
    market::for_each_universe(stamp.news, [&](std::size_t index) {
        rate(universes_[index], index);
        tell_universe(stamp, index);
    });
    if (!stages_.empty()) {
        out.emit(stages_.finish(), 0);
    }
    if (!summary_.empty()) {
        out.emit(summary_.finish(), 1);
    }
}

void Stages::tell_universe(const Stamp& stamp, std::size_t index) {
    Universe& universe = universes_[index];
    const Symbol status = market::to_symbol(stamp.status);
    // At the end of the day, and in its first rows, all go out.
    const bool all =
        universe.status == Symbol{} || (universe.status != status && stamp.view == View::complete);
    const market::UniverseSet bit = market::UniverseSet{1} << index;
    for (const Slot slot : members().by_text()) {
        if ((members().universes_of(slot) & bit) == 0) {
            continue;
        }
        const Figures figures = rated(universe, slot);
        const std::uint64_t print = market::fingerprint(figures);
        if (all || print != universe.told[slot]) {
            slots_.push_back(slot);
            rated_.push_back(figures);
            universe.told[slot] = print;
            if (slots_.size() == market::RowColumns::at_once) {
                add_rows(stamp, index);
            }
        }
    }
    add_rows(stamp, index);
    universe.told_counts.resize(universe.counts.size());
    for (std::size_t sector = 0; sector < universe.counts.size(); ++sector) {
        const Count& count = universe.counts[sector];
        if (count.members > 0 && (all || !(count == universe.told_counts[sector]))) {
            add_summary(stamp, index, sector, count);
            universe.told_counts[sector] = count;
        }
    }
    universe.status = status;
}

bool Stages::ends_period(Date day) const {
    return !rules_.weekly ||
           market::week_of(calendar().next_trading_day(day)) != market::week_of(day);
}

void Stages::commit(const market::TradingDay& over) {
    const market::DayView& today = day(View::complete);
    find_figures(View::complete);
    for (Slot slot = 0; slot < symbols_.size(); ++slot) {
        if (today[slot].traded()) {
            symbols_[slot].commit(rules_, over.date, today[slot]);
        }
    }
    changes_.clear();
    period_over_ = ends_period(over.date);
    const double benchmark = benchmark_price();
    for (Slot slot = 0; slot < symbols_.size(); ++slot) {
        if (period_over_) {
            if (const auto transition = symbols_[slot].end_period(rules_, benchmark)) {
                changes_.push_back({slot, *transition});
            }
        }
        symbols_[slot].set_committed(rules_, figures_[slot], period_over_);
    }
}

/// A change that went out, and is none any more now that the session is played again, stays in tables by its key:
/// a row that leads from a stage to itself takes its place.
void Stages::add_withdrawn() {
    std::vector<Slot> slots;
    for (const Changed& change : changes_) {
        slots.push_back(change.slot);
    }
    for (const Slot slot : told_before_but_not(slots)) {
        const auto periods = static_cast<std::int32_t>(figures_[slot][periods_in_stage]);
        const market::Stage stays = symbols_[slot].stage();
        changes_.push_back({slot, {stays, stays, periods}});
    }
}

bool Stages::committed(const Stamp& stamp, Emitter& out) {
    make_universes();
    tell(stamp, out);
    add_withdrawn();
    std::sort(changes_.begin(), changes_.end(), [&](const Changed& a, const Changed& b) {
        return members().symbol(a.slot).text() < members().symbol(b.slot).text();
    });
    for (const Changed& change : changes_) {
        market::for_each_universe(members().universes_of(change.slot),
                                  [&](std::size_t index) { add_transition(stamp, index, change); });
    }
    changes_.clear();
    if (!transitions_.empty()) {
        out.emit(transitions_.finish(), 2);
    }
    return true;
}

}  // namespace tsflow::stages

TSFLOW_PLUGIN("stages", "1.0.0") {
    plugin.add<tsflow::stages::Stages>();
}
