#include "simulated_days.hpp"

#include <algorithm>
#include <chrono>

#include "bar_source.hpp"
#include "calendar/calendar.hpp"
#include "market/bar.hpp"
#include "new_york.hpp"
#include "tsflow/context.hpp"
#include "tsflow/error.hpp"
#include "tsflow/plugin.hpp"
#include "tsflow/state.hpp"
#include "universe/universe.hpp"

namespace tsflow::simulated_days {

namespace {

using market::Calendar;

/// Bars of a session that are looked at for its extremes and its volume.
constexpr std::int64_t looks = 26;

std::int64_t minutes_of(Timestamp time) {
    return std::chrono::floor<std::chrono::minutes>(time).time_since_epoch().count();
}

/// The trading days that end before `before`.
std::vector<Date> days_before(Date before, std::int64_t sessions) {
    const Calendar& calendar = Calendar::us_equities();
    std::vector<Date> days;
    for (Date day = before; static_cast<std::int64_t>(days.size()) < sessions;) {
        day = calendar.previous_trading_day(day);
        days.push_back(day);
    }
    std::reverse(days.begin(), days.end());
    return days;
}

struct DayBar {
    massive_sim::Bar bar;
    bool traded = false;
};

/// Opens and closes with the session's first and last minute; highest, lowest and volume are those of some
/// minutes between, since looking at each would take minutes for a year.
DayBar day_bar(const massive_sim::BarSource& market, std::size_t symbol,
               const market::SessionSpan& session) {
    const std::int64_t first = minutes_of(session.open);
    const std::int64_t last = minutes_of(session.close) - 1;
    DayBar day;
    for (std::int64_t look = 0; look < looks; ++look) {
        const auto minute = market.bar(symbol, first + (last - first) * look / (looks - 1));
        if (!minute) {
            continue;
        }
        massive_sim::Bar& bar = day.bar;
        if (!day.traded) {
            bar = *minute;
            day.traded = true;
            continue;
        }
        bar.high = std::max(bar.high, minute->high);
        bar.low = std::min(bar.low, minute->low);
        bar.close = minute->close;
        bar.volume += minute->volume;
        bar.transactions += minute->transactions;
    }
    const std::int64_t each_stands_for = (last - first + 1) / looks;
    day.bar.volume *= static_cast<double>(each_stands_for);
    day.bar.transactions *= each_stands_for;
    return day;
}

/// Day bars are stamped with the day's midnight in New York, as those of flat files are.
Timestamp stamp_of(const market::TradingDay& day) {
    return Timestamp{
        std::chrono::milliseconds{massive_sim::midnight_ms(day.date.time_since_epoch().count())}};
}

}  // namespace

void SimulatedDays::describe(Options<Config>& options) {
    options.optional("seed", &Config::seed, "As that of the simulator");
    options
        .required("before", &Config::before, "The days end before this one, on which play begins")
        .such_as(OptionValue{std::int64_t{20'395}});
    options.optional("sessions", &Config::sessions, "How many trading days").range(1, 5'000);
    options.optional("universes", &Config::universes, "Tickers by the names of groups");
    options.optional("symbols", &Config::symbols, "Further tickers, one by one");
    market::declare_reference(options.optional(
        "reference", &Config::reference,
        "Where the groups are: `postgres://…`, `sqlite:FILE`, `csv:DIR`; empty: those that come "
        "with tsflow"));
    options.optional("environment", &Config::environment, "Which environment's groups");
    options.check([](const Config& config, OptionProblems& problems) {
        if (config.universes.empty() && config.symbols.empty()) {
            problems.push_back({"universes", "neither universes nor symbols are given"});
        }
        const Calendar& calendar = Calendar::us_equities();
        constexpr int spare = 7;  // a week has five trading days at most, and holidays
        const auto span = std::chrono::days{config.sessions * spare / 4 + spare};
        if (config.before > calendar.last() || config.before - span < calendar.first()) {
            problems.push_back(
                {"before", "the calendar reaches from " + format_date(calendar.first()) + " to " +
                               format_date(calendar.last()) + ", and `sessions` days before " +
                               format_date(config.before) + " are not all in it"});
        }
        try {
            market::check_reference(config.reference);
        } catch (const Error& error) {
            problems.push_back({"reference", error.what()});
        }
    });
}

SimulatedDays::SimulatedDays(Config config)
    : config_(std::move(config)), rows_(market::bar_schema()) {}

SimulatedDays::~SimulatedDays() = default;

Ports SimulatedDays::outputs() const {
    return single(market::bar_schema());
}

std::vector<std::string> SimulatedDays::tickers(Context& context) const {
    std::vector<std::string> tickers = config_.symbols;
    const auto reference = market::open_reference(config_.reference, config_.environment);
    for (const std::string& group : config_.universes) {
        const market::Universe universe = reference->resolve(group);
        for (const std::string& part : universe.unknown) {
            context.log(Level::warning, "no universe '" + part + "' is known");
        }
        tickers.insert(tickers.end(), universe.symbols.begin(), universe.symbols.end());
    }
    if (tickers.empty()) {
        throw Error("the universes have no tickers");
    }
    std::sort(tickers.begin(), tickers.end());
    tickers.erase(std::unique(tickers.begin(), tickers.end()), tickers.end());
    return tickers;
}

void SimulatedDays::open(Context& context) {
    tickers_ = tickers(context);
    massive_sim::SimulatorOptions options;
    options.seed = config_.seed;
    options.symbols = tickers_;
    market_ = massive_sim::make_synthetic(options);
    days_ = days_before(config_.before, config_.sessions);
    next_day_ = 0;
}

void SimulatedDays::close() noexcept {
    market_.reset();
}

Poll SimulatedDays::poll(Emitter& out, Millis) {
    if (next_day_ == days_.size()) {
        return Poll::done;
    }
    const market::TradingDay day = *Calendar::us_equities().day(days_[next_day_++]);
    const Timestamp stamp = stamp_of(day);
    for (std::size_t i = 0; i < tickers_.size(); ++i) {
        const DayBar made = day_bar(*market_, i, day.regular);
        if (made.traded) {
            const massive_sim::Bar& bar = made.bar;
            append(rows_, market::Bar{Symbol::intern(tickers_[i]), stamp, bar.open, bar.high,
                                      bar.low, bar.close, bar.volume, bar.transactions});
        }
    }
    out.emit(rows_.finish());
    out.watermark(stamp + std::chrono::hours{1});
    return Poll::more;
}

void SimulatedDays::position(StateWriter& state) const {
    state.integer(config_.seed);
    state.integer(static_cast<std::int64_t>(next_day_));
}

void SimulatedDays::resume(StateReader& state) {
    const std::int64_t seed = state.integer();
    const std::int64_t day = state.integer();
    if (seed != config_.seed || static_cast<std::size_t>(day) > days_.size()) {
        throw Error("the saved position is day " + std::to_string(day) + " of seed " +
                    std::to_string(seed) +
                    ", which these options do not have; start without the "
                    "saved state");
    }
    next_day_ = static_cast<std::size_t>(day);
}

std::optional<Progress> SimulatedDays::progress() const {
    return Progress{next_day_, static_cast<std::uint64_t>(config_.sessions)};
}

}  // namespace tsflow::simulated_days

TSFLOW_PLUGIN("simulated_days", "0.1.0") {
    plugin.add<tsflow::simulated_days::SimulatedDays>();
}
