#include "breadth.hpp"

#include <algorithm>
#include <utility>

#include "tsflow/error.hpp"

namespace tsflow::breadth {

using namespace market;

namespace {

Seed seed_of(const std::string& text) {
    return text == "first" ? Seed::first : Seed::sma;
}

ThrustKind thrust_of(const std::string& text) {
    return text == "sma_of_ratio"    ? ThrustKind::sma_of_ratio
           : text == "ratio_of_emas" ? ThrustKind::ratio_of_emas
                                     : ThrustKind::ema_of_ratio;
}

}  // namespace

void Breadth::describe(Options<Config>& o) {
    describe_session(o);
    o.optional(
        "averages", &Config::averages,
        "Moving averages of closes that members are above or below: `sma` or `ema` and a number of "
        "sessions");
    o.optional("high_low_sessions", &Config::high_low_sessions,
               "A new high is above the highs of so many sessions before; 252 are a year")
        .range(1, 2000)
        .in("sessions");
    o.optional("match", &Config::match,
               "`strict`: a new high is above the old one; `equal`: or equals it")
        .one_of({"strict", "equal"});
    o.optional("scale", &Config::scale, "Factor of the McClellan oscillator's ratio");
    o.optional(
         "seed", &Config::seed,
         "How exponential averages of breadth begin: `sma` with the mean of their first values, "
         "`first` with the first one")
        .one_of({"sma", "first"});
    o.optional("start", &Config::start,
               "Where the McClellan summation starts, by convention 0 or 1000");
    o.optional("thrust", &Config::thrust, "What the breadth thrust averages")
        .one_of({"ema_of_ratio", "sma_of_ratio", "ratio_of_emas"});
    o.optional("min_members", &Config::min_members,
               "With fewer eligible members everything but their number is null")
        .at_least(1)
        .in("members");
    o.check([](const Config& c, OptionProblems& problems) {
        for (auto text = c.averages.begin(); text != c.averages.end(); ++text) {
            if (!parse_average(*text)) {
                problems.push_back(
                    {"averages",
                     "'" + *text +
                         "' is none; write sma or ema and a number of sessions from 2 to "
                         "1000, as sma50",
                     false});
            } else if (std::find(c.averages.begin(), text, *text) != text) {
                problems.push_back({"averages", "'" + *text + "' is given twice", false});
            }
        }
    });
}

Breadth::Breadth(Config config)
    : SessionNode(config),
      config_(std::move(config)),
      match_(config_.match == "equal" ? Match::equal : Match::strict),
      builders_{BatchBuilder(schema_of<AdRow>()), BatchBuilder(schema_of<MaRow>()),
                BatchBuilder(schema_of<HlRow>()), BatchBuilder(schema_of<OscRow>())} {
    for (const std::string& text : config_.averages) {
        averages_.push_back(*parse_average(text));
        average_names_.push_back(Symbol::intern(text));
    }
}

Ports Breadth::outputs() {
    return {{"ad", builders_[ad].schema()},
            {"ma", builders_[ma].schema(), true},
            {"hl", builders_[hl].schema(), true},
            {"osc", builders_[osc].schema(), true}};
}

Committed Breadth::new_committed() const {
    McClellanConfig mcclellan;
    mcclellan.seed = seed_of(config_.seed);
    mcclellan.scale = config_.scale;
    mcclellan.start = config_.start;
    return {mcclellan, thrust_of(config_.thrust), mcclellan.seed};
}

void Breadth::clear() {
    histories_.clear();
    levels_.clear();
    above_.clear();
    committed_.clear();
    tallies_ = {};
}

void Breadth::add_member(Slot slot) {
    market::make_room(histories_, members().size());
    market::make_room(above_, members().size() * averages_.size());
    histories_.emplace_back(averages_, static_cast<std::size_t>(config_.high_low_sessions));
    levels_.emplace_back();
    above_.resize(above_.size() + averages_.size());
    if (day_open()) {
        set_levels(slot);
        count_member(slot);
    }
}

void Breadth::apply_split(Slot slot, double ratio) {
    History& history = histories_[slot];
    history.closes.apply_split(ratio, averages_);
    history.highest.apply_split(ratio);
    history.lowest.apply_split(ratio);
}

void Breadth::set_levels(Slot slot) {
    const History& history = histories_[slot];
    const double close = previous_close(slot);
    levels_[slot] = {known(close) ? to_ticks(close) : no_price, history.highest.value(),
                     history.lowest.value()};
    for (std::size_t i = 0; i < averages_.size(); ++i) {
        AverageLevel& level = above_[slot * averages_.size() + i];
        if (averages_[i].kind == Average::Kind::sma) {
            level.sma = history.closes.sma_threshold(i, averages_[i]);
        } else {
            level.ema = history.closes.ema(i);
        }
    }
}

void Breadth::count_member(Slot slot) {
    const DaySoFar nothing;
    const Counted counted(levels_[slot], nothing, match_);
    for (DayTally& day : tallies_) {
        for_each_universe(members().universes_of(slot), [&](std::size_t universe) {
            Tally& tally = day.universes[universe];
            tally.issues.add(counted.issue);
            tally.year.add(counted.year);
            tally.day.add(counted.day);
            for (std::size_t i = 0; i < averages_.size(); ++i) {
                tally.above[i].add(standing(slot * averages_.size() + i, i, nothing));
            }
        });
    }
}

void Breadth::begin_day(const TradingDay& /*day*/) {
    while (committed_.size() < members().universes()) {
        committed_.push_back(new_committed());
    }
    for (DayTally& day : tallies_) {
        day.universes.assign(members().universes(), Tally(averages_.size()));
        day.newest_minute = -1;
    }
    for (Slot slot = 0; slot < members().size(); ++slot) {
        set_levels(slot);
        count_member(slot);
    }
}

Standing Breadth::standing(std::size_t level, std::size_t average,
                           const DaySoFar& day) const noexcept {
    const AverageLevel& at = above_[level];
    const bool simple = averages_[average].kind == Average::Kind::sma;
    if (simple ? !at.sma.eligible() : !known(at.ema)) {
        return Standing::ineligible;
    }
    if (!day.traded()) {
        return Standing::not_traded;
    }
    return simple ? standing_of(at.sma.compare(day.price())) : standing_of(day.close, at.ema);
}

void Breadth::fetch(Slot slot) const noexcept {
    __builtin_prefetch(&levels_[slot]);
    const std::size_t first = slot * averages_.size();
    if (!averages_.empty()) {
        __builtin_prefetch(&above_[first]);
        __builtin_prefetch(&above_[first + averages_.size() - 1]);
    }
}

void Breadth::changed(View view, Slot slot, const DaySoFar& before, const DaySoFar& now) {
    DayTally& day = tallies_[static_cast<std::size_t>(view)];
    const UniverseSet universes = members().universes_of(slot);
    const Counted old(levels_[slot], before, match_);
    const Counted counted(levels_[slot], now, match_);
    for_each_universe(universes, [&](std::size_t universe) {
        Tally& tally = day.universes[universe];
        tally.issues.replace(old.issue, counted.issue);
        tally.year.remove(old.year);
        tally.year.add(counted.year);
        tally.day.remove(old.day);
        tally.day.add(counted.day);
    });
    for (std::size_t i = 0; i < averages_.size(); ++i) {
        const std::size_t level = slot * averages_.size() + i;
        const Standing was = standing(level, i, before);
        const Standing is = standing(level, i, now);
        if (was != is) {
            for_each_universe(universes, [&](std::size_t universe) {
                day.universes[universe].above[i].remove(was);
                day.universes[universe].above[i].add(is);
            });
        }
    }
    count_tick(day, universes, before, now);
}

void Breadth::count_tick(DayTally& day, UniverseSet universes, const DaySoFar& before,
                         const DaySoFar& now) {
    if (now.official || now.newest_minute < day.newest_minute) {
        return;  // the official bar is no minute's
    }
    if (now.newest_minute > day.newest_minute) {
        day.newest_minute = now.newest_minute;
        for (Tally& tally : day.universes) {
            tally.tick = {};
        }
    }
    const auto ticks_of = [](double price) { return known(price) ? to_ticks(price) : no_price; };
    for_each_universe(universes, [&](std::size_t universe) {
        BarTick& tick = day.universes[universe].tick;
        if (before.newest_minute == day.newest_minute) {
            tick.remove(to_ticks(before.close), ticks_of(before.close_before));
        }
        tick.add(to_ticks(now.close), ticks_of(now.close_before));
    });
}

void Breadth::commit(const TradingDay& /*day*/) {
    const DayView& complete = day(View::complete);
    const DayTally& tallies = tallies_[static_cast<std::size_t>(View::complete)];
    for (std::size_t universe = 0; universe < tallies.universes.size(); ++universe) {
        committed_[universe].commit(tallies.universes[universe]);
    }
    for (Slot slot = 0; slot < histories_.size(); ++slot) {
        if (const DaySoFar& today = complete[slot]; today.traded()) {
            histories_[slot].closes.commit(today.close, averages_);
            histories_[slot].highest.commit(today.high);
            histories_[slot].lowest.commit(today.low);
        }
    }
}

void Breadth::save(StateWriter& state) const {
    state.integer(static_cast<std::int64_t>(committed_.size()));
    for (std::size_t universe = 0; universe < committed_.size(); ++universe) {
        state.text(members().universe(universe).text());
        committed_[universe].save(state);
    }
    state.text(averages_text());
    state.integer(config_.high_low_sessions);
    state.integer(static_cast<std::int64_t>(histories_.size()));
    for (const History& history : histories_) {
        history.closes.save(state);
        history.highest.save(state);
        history.lowest.save(state);
    }
}

void Breadth::load(StateReader& state) {
    while (committed_.size() < members().universes()) {
        committed_.push_back(new_committed());
    }
    for (std::int64_t count = state.integer(); count > 0; --count) {
        const Symbol saved_name = Symbol::intern(state.text());
        Committed saved = new_committed();
        saved.restore(state);
        for (std::size_t universe = 0; universe < members().universes(); ++universe) {
            if (members().universe(universe) == saved_name) {
                committed_[universe] = std::move(saved);
                break;
            }
        }
    }
    if (state.text() != averages_text() || state.integer() != config_.high_low_sessions) {
        throw Error(
            "the saved state is of other averages or another number of sessions for highs and "
            "lows; "
            "start without the old checkpoint, or with the options of then");
    }
    const auto count = static_cast<std::size_t>(state.integer());
    for (std::size_t slot = 0; slot < std::min(count, histories_.size()); ++slot) {
        histories_[slot].closes.restore(state, averages_);
        histories_[slot].highest.restore(state);
        histories_[slot].lowest.restore(state);
    }
}

std::string Breadth::averages_text() const {
    std::string text;
    for (const Symbol average : average_names_) {
        text += std::string{average.text()} + " ";
    }
    return text;
}

}  // namespace tsflow::breadth

TSFLOW_PLUGIN("breadth", "1.0.0") {
    plugin.add<tsflow::breadth::Breadth>();
}
