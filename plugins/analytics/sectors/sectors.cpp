#include "sectors.hpp"

#include <algorithm>
#include <utility>

#include "indicators/ranking.hpp"
#include "indicators/weekly.hpp"
#include "rows.hpp"

namespace tsflow::sectors {

using market::DaySoFar;
using market::Slot;
using market::Stamp;
using market::unknown;
using market::View;

namespace {

std::vector<std::string> return_names() {
    std::vector<std::string> names;
    names.reserve(windows.size());
    for (const std::size_t sessions : windows) {
        names.push_back("ret_" + std::to_string(sessions));
    }
    return names;
}

}  // namespace

void Sectors::describe(Options<Config>& options) {
    options
        .required(
            "sectors", &Config::sectors,
            "CSV file with the columns symbol,sector[,name][,industry][,weight]; symbols that it "
            "lacks are of the sector UNCLASSIFIED")
        .such_as("sectors.csv");
    options
        .optional(
            "weighting", &Config::weighting,
            "Weights of members in their sector's index: all `equal`, or by the column weight "
            "of the `file`, without which a member does not count")
        .one_of({"equal", "file"});
    options.optional(
        "benchmark", &Config::benchmark,
        "Symbol that sectors are measured against; it must come with the bars and need "
        "not be in a universe. Empty: the index of all members of the universe");
    options
        .optional("min_members", &Config::min_members,
                  "With fewer members that trade today a sector has no index")
        .range(1, 1000);
    options.optional("rank_by", &Config::rank_by, "Return by which sectors are ranked")
        .one_of(return_names());
    options
        .optional("period", &Config::period,
                  "Of the rotation map: `weekly`, closed by the week's last session, or `daily`")
        .one_of({"weekly", "daily"});
    options
        .optional("method", &Config::method,
                  "`ratio`: strength over its mean, scale-free; `zscore`: deviations from its mean")
        .one_of({"ratio", "zscore"});
    options
        .optional("n", &Config::n,
                  "Periods of the mean of strength; 14 by weeks, 50 by days when it is not given")
        .range(2, 500);
    options
        .optional("m", &Config::m,
                  "Periods of the mean of momentum, of `ratio` alone; 14 by weeks, 10 by days")
        .range(2, 500);
    options.optional("k", &Config::k, "Over how many periods momentum is taken, of `zscore` alone")
        .range(1, 100);
    options.optional("tail", &Config::tail, "Committed points that a row shows").range(0, 52);
    options
        .optional("band", &Config::band,
                  "How far beyond 100 a coordinate must be to change its side for the confirmed "
                  "quadrant")
        .range(0, 10);
    options
        .optional("confirm", &Config::confirm,
                  "In how many periods in a row a quadrant must be seen to be confirmed")
        .range(1, 20);
    market::describe_session(options);
}

Sectors::Sectors(Config config)
    : SessionNode(config),
      config_(std::move(config)),
      sectors_(sectors_schema()),
      rotation_(rotation_schema()) {
    const bool weekly = config_.period == "weekly";
    rotation_config_.method =
        config_.method == "ratio" ? market::RotationMethod::ratio : market::RotationMethod::zscore;
    rotation_config_.n = static_cast<std::size_t>(config_.n.value_or(weekly ? 14 : 50));
    rotation_config_.m = static_cast<std::size_t>(config_.m.value_or(weekly ? 14 : 10));
    rotation_config_.k = static_cast<std::size_t>(config_.k);
    rotation_config_.tail = static_cast<std::size_t>(config_.tail);
    const auto names = return_names();
    rank_window_ = static_cast<std::size_t>(std::find(names.begin(), names.end(), config_.rank_by) -
                                            names.begin());
}

void Sectors::probe(Context&) {
    const market::SectorMap readable{config_.sectors};
}

Ports Sectors::outputs() {
    return {{"sectors", sectors_.schema(), true}, {"rotation", rotation_.schema(), true}};
}

void Sectors::clear() {
    if (!map_) {
        map_.emplace(config_.sectors);
    }
    slots_.clear();
    universes_.clear();
    benchmark_ = {};
}

void Sectors::add_member(Slot slot) {
    const market::SectorMap::Entry entry = map_->of(members().symbol(slot).text());
    market::make_room(slots_, members().size());
    Member& member = slots_.emplace_back();
    member.sector = entry.sector;
    member.weight = config_.weighting == "equal" ? 1 : entry.weight;
}

std::vector<Symbol> Sectors::others() const {
    return config_.benchmark.empty() ? std::vector<Symbol>{}
                                     : std::vector{Symbol::intern(config_.benchmark)};
}

void Sectors::apply_split(Slot slot, double ratio) {
    slots_[slot].closes.apply_split(ratio);
}

void Sectors::begin_day(const market::TradingDay& day) {
    day_ = day;
    for (Member& member : slots_) {
        member.average = member.closes.sma_threshold(50);
    }
}

void Sectors::changed(View, Slot, const DaySoFar&, const DaySoFar&) {
    // Members are counted when rows go out: most bars of a minute come between two publications.
}

void Sectors::make_universes() {
    while (universes_.size() < members().universes()) {
        Universe& universe = universes_.emplace_back();
        for (std::size_t i = 0; i < map_->sectors().size(); ++i) {
            universe.sectors.emplace_back(rotation_config_, config_.band,
                                          static_cast<std::int32_t>(config_.confirm));
        }
    }
}

void Sectors::count(View view, std::size_t index) {
    Universe& universe = universes_[index];
    for (SectorState& sector : universe.sectors) {
        sector.today.clear(static_cast<std::int32_t>(config_.min_members));
    }
    const market::UniverseSet bit = market::UniverseSet{1} << index;
    for (Slot slot = 0; slot < slots_.size(); ++slot) {
        if ((members().universes_of(slot) & bit) != 0) {
            count_member(universe, slot, day(view)[slot]);
        }
    }
    set_levels(view, universe);
}

void Sectors::count_member(Universe& universe, Slot slot, const DaySoFar& today) {
    const Member& member = slots_[slot];
    const double before = previous_close(slot);
    const market::Ticks price = today.price();
    const market::Direction direction = market::direction_of(
        price, market::known(before) ? market::to_ticks(before) : market::no_price);
    const bool moves = today.traded() && market::known(before);
    const double relative = moves ? today.close / before : unknown;
    const bool weighs = member.weight > 0;
    const market::MemberMove move{weighs ? member.weight : 1, weighs ? relative : unknown};
    const market::Standing standing = !member.average.eligible() ? market::Standing::ineligible
                                      : !today.traded()
                                          ? market::Standing::not_traded
                                          : market::standing_of(member.average.compare(price));
    for (SectorState* sector : {&universe.sectors[member.sector], &universe.sectors.back()}) {
        sector->today.index.add(move);
        sector->today.breadth.add({direction, today.volume});
        sector->today.above.add(standing);
        if (moves) {
            sector->today.returns.push_back(relative - 1);
        }
    }
}

void Sectors::set_levels(View view, Universe& universe) {
    for (SectorState& sector : universe.sectors) {
        sector.live = sector.level.value() * (1 + sector.today.index.today());
    }
    if (config_.benchmark.empty()) {
        universe.benchmark = universe.sectors.back().live;
        return;
    }
    const Slot slot = members().find(Symbol::intern(config_.benchmark));
    const DaySoFar& today = day(view)[slot];
    universe.benchmark =
        today.traded() ? benchmark_.value() * (today.close / previous_close(slot)) : unknown;
}

double Sectors::benchmark_return(const Universe& universe, std::size_t sessions) const {
    const Level& level = config_.benchmark.empty() ? universe.sectors.back().level : benchmark_;
    return level.live_return(sessions, universe.benchmark);
}

std::vector<Figures> Sectors::figures_of(Universe& universe) {
    std::vector<Figures> all(universe.sectors.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        const SectorState& sector = universe.sectors[i];
        const Today& today = sector.today;
        Figures& f = all[i];
        f[n_members] = today.breadth.members();
        f[n_eligible] = today.breadth.eligible();
        f[n_reporting] = today.breadth.reporting();
        f[index] = sector.live;
        for (std::size_t w = 0; w < windows.size(); ++w) {
            const double own = sector.level.live_return(windows[w], sector.live);
            f[first_return + w] = own;
            f[first_relative + w] = own - benchmark_return(universe, windows[w]);
        }
        const bool tells = today.breadth.eligible() > 0;
        f[advancing] = tells ? today.breadth.advancing() : unknown;
        f[declining] = tells ? today.breadth.declining() : unknown;
        f[unchanged] = tells ? today.breadth.unchanged() : unknown;
        f[pct_above_50] = today.above.percent();
        f[up_vol_share] = today.breadth.up_volume_percent();
        f[median_ret] = market::quantile(today.returns, 0.5, scratch_);
        f[iqr_ret] = market::quantile(today.returns, 0.75, scratch_) -
                     market::quantile(today.returns, 0.25, scratch_);
        f[rank] = unknown;
    }
    // Among each other, without ALL; competition rank.
    for (std::size_t i = 0; i + 1 < all.size(); ++i) {
        const double own = all[i][first_return + rank_window_];
        if (market::known(own)) {
            all[i][rank] = 1.0 + static_cast<double>(std::count_if(
                                     all.begin(), all.end() - 1, [&](const Figures& other) {
                                         return other[first_return + rank_window_] > own;
                                     }));
        }
    }
    return all;
}

void Sectors::publish(const Stamp& stamp, Emitter& out) {
    make_universes();
    market::for_each_universe(stamp.news, [&](std::size_t universe) {
        count(stamp.view, universe);
        add_sectors(stamp, universe);
        // The map tells how things stand now: while the day is live, its complete minutes are older.
        if (!live() || stamp.view == View::live) {
            add_rotation(stamp, universe, false);
        }
    });
    if (!sectors_.empty()) {
        out.emit(sectors_.finish(), 0);
    }
    if (!rotation_.empty()) {
        out.emit(rotation_.finish(), 1);
    }
}

void Sectors::add_sectors(const Stamp& stamp, std::size_t index) {
    Universe& universe = universes_[index];
    const auto view = static_cast<std::size_t>(stamp.view);
    const auto status = static_cast<double>(stamp.status);
    const std::vector<Figures> figures = figures_of(universe);
    for (std::size_t i = 0; i < figures.size(); ++i) {
        SectorState& sector = universe.sectors[i];
        const bool settles =
            sector.told_at[view] == stamp.timestamp && sector.told_status[view] != status;
        const bool new_day = sector.told_at[view] < day_.regular.open;
        const bool is_there = figures[i][n_members] > 0;
        if (is_there && (settles || new_day || !same(figures[i], sector.told[view]))) {
            add_sector_row(stamp, index, i, figures[i]);
            sector.told[view] = figures[i];
            sector.told_at[view] = stamp.timestamp;
            sector.told_status[view] = status;
        }
    }
}

RotationFigures Sectors::rotation_of(const Universe& universe, const SectorState& sector,
                                     bool over) const {
    const market::RotationPoint point =
        over ? sector.rotation.value() : sector.rotation.live(sector.live, universe.benchmark);
    const auto& tail = sector.rotation.tail();
    const std::size_t newest = over ? 1 : 0;  // of the tail, when it is the point itself
    RotationFigures f{};
    f[RotationFigure::committed] = over ? 1 : 0;
    f[ratio] = point.ratio;
    f[momentum] = point.momentum;
    f[quadrant] = static_cast<double>(market::quadrant_of(point));
    f[confirmed] = static_cast<double>(sector.tracker.quadrant());
    f[age] = sector.tracker.age();
    f[moved] = over && sector.moved ? 1 : 0;
    f[distance] = point.is_known() ? point.distance() : unknown;
    f[heading] = point.is_known() && tail.size() > newest
                     ? point.heading(tail[tail.size() - 1 - newest])
                     : unknown;
    return f;
}

void Sectors::add_rotation(const Stamp& stamp, std::size_t index, bool over) {
    Universe& universe = universes_[index];
    for (std::size_t i = 0; i < universe.sectors.size(); ++i) {
        SectorState& sector = universe.sectors[i];
        if (sector.today.breadth.members() == 0) {
            continue;
        }
        RotationFigures figures = rotation_of(universe, sector, over);
        figures[rotation_status] = static_cast<double>(stamp.status);
        const bool new_day = sector.told_rotation_at < day_.regular.open;
        if (new_day || !same(figures, sector.told_rotation)) {
            add_rotation_row(stamp, index, i, figures);
            sector.told_rotation = figures;
            sector.told_rotation_at = stamp.timestamp;
        }
    }
}

bool Sectors::ends_period(Date day) const {
    return config_.period == "daily" ||
           market::week_of(calendar().next_trading_day(day)) != market::week_of(day);
}

void Sectors::commit(const market::TradingDay& over) {
    make_universes();
    period_over_ = ends_period(over.date);
    for (std::size_t i = 0; i < universes_.size(); ++i) {
        count(View::complete, i);
    }
    commit_benchmark();
    for (Universe& universe : universes_) {
        for (SectorState& sector : universe.sectors) {
            sector.level.commit(sector.live);
        }
        const double benchmark = config_.benchmark.empty() ? universe.sectors.back().level.value()
                                 : benchmark_.begun()      ? benchmark_.value()
                                                           : unknown;
        for (SectorState& sector : universe.sectors) {
            sector.moved = false;
            if (period_over_) {
                sector.rotation.commit(sector.level.value(), benchmark);
                sector.moved = sector.tracker.commit(sector.rotation.value());
            }
        }
    }
    for (Slot slot = 0; slot < slots_.size(); ++slot) {
        const DaySoFar& today = day(View::complete)[slot];
        if (today.traded()) {
            slots_[slot].closes.commit(today.close);
        }
    }
}

void Sectors::commit_benchmark() {
    if (config_.benchmark.empty()) {
        return;
    }
    const Slot slot = members().find(Symbol::intern(config_.benchmark));
    const DaySoFar& today = day(View::complete)[slot];
    const double before = previous_close(slot);
    if (today.traded() && market::known(before)) {
        benchmark_.commit(benchmark_.value() * (today.close / before));
    } else if (today.traded() || benchmark_.begun()) {
        benchmark_.commit(unknown);
    }
}

bool Sectors::committed(const Stamp& stamp, Emitter& out) {
    market::for_each_universe(stamp.news,
                              [&](std::size_t index) { add_rotation(stamp, index, period_over_); });
    if (rotation_.empty()) {
        return false;
    }
    out.emit(rotation_.finish(), 1);
    return true;
}

}  // namespace tsflow::sectors

TSFLOW_PLUGIN("sectors", "1.0.0") {
    plugin.add<tsflow::sectors::Sectors>();
}
