#include "session/session_node.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "tsflow/context.hpp"
#include "tsflow/error.hpp"
#include "universe/universe.hpp"

namespace tsflow::market {

namespace {

std::vector<Members::List> lists_of(const SessionConfig& config, Context& context) {
    std::vector<Members::List> lists;
    std::unique_ptr<UniverseStore> store;
    for (const std::string& name : config.universes) {
        if (!store) {
            store = open_reference(config.reference, config.environment);
        }
        Universe universe = store->resolve(name);
        for (const std::string& part : universe.unknown) {
            throw Error("no universe '" + part + "' is known" +
                        (config.reference.empty()
                             ? std::string{" among those that come with tsflow"}
                             : " in " + shown_reference(config.reference)));
        }
        if (universe.symbols.empty()) {
            context.log(Level::warning, "the universe '" + name + "' has no members");
        }
        lists.push_back({name, std::move(universe.symbols)});
    }
    if (!config.symbols.empty()) {
        lists.push_back({"symbols", config.symbols});
    }
    return lists;
}

std::int64_t nanoseconds(Timestamp time) {
    return time.time_since_epoch().count();
}

/// Plausible, and small enough for sums in whole units.
bool usable_volume(double volume) {
    constexpr double greatest_volume = 1e11;
    return volume >= 0 && volume < greatest_volume;
}

bool usable(const DayBar& bar) {
    constexpr double highest_price = 1e9;
    return plausible(bar) && bar.high < highest_price && usable_volume(bar.volume);
}

}  // namespace

SessionNode::SessionNode(SessionConfig config)
    : config_(std::move(config)), watermark_(std::numeric_limits<std::int64_t>::min()) {}

SessionNode::Columns SessionNode::columns_of(const Port& port) const {
    const Schema& schema = *port.schema;
    Columns columns;
    columns.symbol = schema.require("symbol", Type::symbol, "", "inputs");
    if (takes_luld() && port.name == "luld") {
        columns.kind = Input::luld;
        columns.indicators = schema.require("indicators", Type::string, "", "inputs");
        return columns;
    }
    if (port.name == "daily") {
        columns.kind = Input::daily;
    } else if (port.name != "bars" && port.name != "in") {
        throw ConfigError("inputs", "there is no input '" + port.name +
                                        "'; the inputs are bars (minute bars), daily (daily bars)" +
                                        (takes_luld() ? ", luld (price bands)" : ""));
    }
    columns.timestamp = schema.require("timestamp", Type::timestamp, "", "inputs");
    columns.open = schema.require("open", Type::float64, "USD", "inputs");
    columns.high = schema.require("high", Type::float64, "USD", "inputs");
    columns.low = schema.require("low", Type::float64, "USD", "inputs");
    columns.close = schema.require("close", Type::float64, "USD", "inputs");
    columns.volume = schema.require("volume", Type::float64, "shares", "inputs");
    const auto number = [&](const char* name) {
        const std::optional<std::size_t> column = schema.find(name);
        return column && schema[*column].type == Type::float64 ? column : std::nullopt;
    };
    columns.vwap = number("vwap");
    columns.day_volume = number("day_volume");
    return columns;
}

Ports SessionNode::bind(const Ports& inputs) {
    inputs_.clear();
    has_bars_ = false;
    daily_over_ = true;
    for (const Port& port : inputs) {
        inputs_.push_back(columns_of(port));
        has_bars_ = has_bars_ || inputs_.back().kind == Input::bars;
        daily_over_ = daily_over_ && inputs_.back().kind != Input::daily;
    }
    if (!has_bars_ && daily_over_) {
        throw ConfigError("inputs", "neither bars nor daily is given");
    }
    return outputs();
}

void SessionNode::open(Context& context) {
    context_ = &context;
    counters_ = {&context.counter("bars_rejected"),  &context.counter("bars_outside_session"),
                 &context.counter("bars_too_late"),  &context.counter("bars_repeated"),
                 &context.counter("bars_corrected"), &context.counter("daily_unfinished")};
    reloads_ = context.reloads();
    if (config_.calendar.empty()) {
        calendar_ = &Calendar::us_equities();
    } else {
        own_calendar_.emplace(Calendar::load(config_.calendar));
        calendar_ = &*own_calendar_;
    }
    if (!config_.splits.empty()) {
        splits_ = read_splits(config_.splits);
    }
    // A daily bar closes its session alone: there is nothing to wait for.
    daily_over_ = daily_over_ || !has_bars_;
    past_ = PastDays{has_bars_ ? 0 : static_cast<std::size_t>(config_.daily_corrections)};
    clear();
    assign_universes();
}

void SessionNode::assign_universes() {
    members_.assign(lists_of(config_, *context_));
    for (const Symbol symbol : others()) {
        members_.enroll(symbol);
    }
    make_room();
}

std::vector<Symbol> SessionNode::others() const {
    return {};
}

bool SessionNode::committed(const Stamp&, Emitter&) {
    return false;
}

void SessionNode::read_files_again() {
    if (context_->reloads() == reloads_) {
        return;
    }
    reloads_ = context_->reloads();
    try {
        assign_universes();
    } catch (const std::exception& error) {
        // What is known stays so: a reference that is away for a while is no reason to stop.
        context_->log(Level::warning,
                      std::string("the universes could not be read again: ") + error.what());
    }
    if (config_.splits.empty()) {
        return;
    }
    try {
        splits_ = read_splits(config_.splits);
    } catch (const Error& error) {
        context_->log(Level::warning,
                      std::string("the splits could not be read again: ") + error.what());
    }
}

void SessionNode::make_room() {
    const auto before = static_cast<Slot>(previous_close_.size());
    previous_close_.resize(members_.size(), unknown);
    live_.resize(members_.size());
    complete_.resize(members_.size());
    minutes_.make_room(members_.size());
    for (Slot slot = before; slot < members_.size(); ++slot) {
        minutes_.add(members_.symbol(slot));
        add_member(slot);
    }
}

Slot SessionNode::slot_of(Symbol symbol) {
    Slot slot = members_.find(symbol);
    if (slot == no_slot && members_.open_ended()) {
        slot = members_.enroll(symbol);
        make_room();
    }
    return slot;
}

void SessionNode::process_input(std::size_t input, Batch batch, Emitter& out) {
    const Columns& columns = inputs_.at(input);
    switch (columns.kind) {
        case Input::bars:
            take_bars(columns, batch, out);
            break;
        case Input::daily:
            take_daily(columns, batch);
            break;
        case Input::luld:
            take_bands(columns, batch);
            break;
    }
}

void SessionNode::take_bands(const Columns& columns, const Batch& batch) {
    const auto symbols = batch.column<Symbol>(columns.symbol);
    const StringColumn indicators = batch.strings(columns.indicators);
    for (std::size_t row = 0; row < batch.rows(); ++row) {
        if (const Slot slot = members_.find(symbols[row]); slot != no_slot) {
            take_luld(slot, batch.is_null(columns.indicators, row) ? std::string_view{}
                                                                   : indicators[row]);
        }
    }
}

void SessionNode::fetch_ahead(const DayView& view, const Symbol* symbols,
                              std::size_t count) const noexcept {
    // Far ahead what is reached at once, nearer what that leads to.
    constexpr std::size_t far = 12;
    constexpr std::size_t near = 5;
    if (count > far) {
        if (const Slot slot = members_.find(symbols[far]); slot != no_slot) {
            minutes_.fetch(slot, std::max(live_minute_, 0));
            view.fetch(slot);
            fetch(slot);
        }
    }
    if (count > near) {
        if (const Slot slot = members_.find(symbols[near]); slot != no_slot) {
            minutes_.fetch_bar(slot, std::max(live_minute_, 0));
        }
    }
}

void SessionNode::take_bars(const Columns& columns, const Batch& batch, Emitter& out) {
    const auto symbols = batch.column<Symbol>(columns.symbol);
    const auto times = batch.column<Timestamp>(columns.timestamp);
    const auto opens = batch.column<double>(columns.open);
    const auto highs = batch.column<double>(columns.high);
    const auto lows = batch.column<double>(columns.low);
    const auto closes = batch.column<double>(columns.close);
    const auto volumes = batch.column<double>(columns.volume);
    const auto values = [&](const std::optional<std::size_t>& column) {
        return column ? batch.column<double>(*column).data() : nullptr;
    };
    const double* vwaps = values(columns.vwap);
    const double* day_volumes = values(columns.day_volume);
    for (std::size_t row = 0; row < batch.rows(); ++row) {
        fetch_ahead(live_, &symbols[row], batch.rows() - row);
        const Slot slot = slot_of(symbols[row]);
        if (slot == no_slot) {
            continue;
        }
        const DayBar bar{opens[row], highs[row], lows[row], closes[row], volumes[row]};
        if (!usable(bar)) {
            counters_.rejected->add();
            context_->reject(batch, row, "prices or volume of the bar are impossible");
            continue;
        }
        MinuteBar minute{bar.open,   bar.high, bar.low, bar.close, to_shares(bar.volume),
                         no_notional};
        if (vwaps != nullptr && !batch.is_null(*columns.vwap, row)) {
            minute.notional = nearest(vwaps[row] * bar.volume * shares_unit);
        }
        double day_volume = unknown;
        if (day_volumes != nullptr && !batch.is_null(*columns.day_volume, row) &&
            usable_volume(day_volumes[row])) {
            day_volume = day_volumes[row];
        }
        const std::int64_t time = nanoseconds(times[row]);
        constexpr std::int64_t minute_ns = 60'000'000'000;
        if (open_ && time >= open_->open && time < open_->close) {
            put({slot, static_cast<int>((time - open_->open) / minute_ns), minute, day_volume});
        } else {
            take_elsewhere(slot, times[row], minute, day_volume, out);
        }
    }
}

void SessionNode::take_daily(const Columns& columns, const Batch& batch) {
    const auto symbols = batch.column<Symbol>(columns.symbol);
    const auto times = batch.column<Timestamp>(columns.timestamp);
    const auto opens = batch.column<double>(columns.open);
    const auto highs = batch.column<double>(columns.high);
    const auto lows = batch.column<double>(columns.low);
    const auto closes = batch.column<double>(columns.close);
    const auto volumes = batch.column<double>(columns.volume);
    for (std::size_t row = 0; row < batch.rows(); ++row) {
        const Slot slot = slot_of(symbols[row]);
        if (slot == no_slot) {
            continue;
        }
        const DayBar bar{opens[row], highs[row], lows[row], closes[row], volumes[row]};
        const Timestamp first{calendar_->first()};
        if (!usable(bar) || times[row] < first || times[row] >= Timestamp{calendar_->last()}) {
            counters_.rejected->add();
            context_->reject(batch, row, "prices, volume or time of the daily bar are impossible");
            continue;
        }
        const Date date = date_of_daily_bar(*calendar_, times[row]);
        const std::optional<TradingDay> day = calendar_->day(date);
        if (!day) {
            counters_.rejected->add();
            context_->reject(batch, row, "the daily bar is of a day without a session");
        } else if (day->regular.close > context_->clock().now()) {
            // Its session is running: what it tells would be counted again by the minutes.
            counters_.unfinished->add();
        } else if (!is_over(date) || take_back(date, slot, bar)) {
            daily_.add(date, slot, bar);
            if (quiet_before_ && date < *quiet_before_) {
                quiet_before_ = date;
            }
        }
    }
}

}  // namespace tsflow::market
