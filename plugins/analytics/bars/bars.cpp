#include "bars.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tsflow::bars {

namespace {

constexpr std::size_t rows_per_batch = 4096;
/// Beyond it the day's sums in 1e-6 shares could leave 64 bits.
constexpr double greatest_size = 1e9;
constexpr double greatest_price = 1e9;

Timestamp earlier(Timestamp time, Duration by) noexcept {
    return time < Timestamp::min() + by ? Timestamp::min() : time - by;
}

}  // namespace

void Bars::describe(Options<Config>& options) {
    options.optional("every", &Config::every,
                     "Length of a bar: whole seconds that divide an hour, such as 1s, 1m or 5m");
    options
        .optional("close_by", &Config::close_by,
                  "What tells that a bar is over: `watermark`, the source's promise; "
                  "`newest_trade`, the time of the newest trade of any symbol, for sources whose "
                  "watermark lags because they wait for late rows")
        .one_of({"watermark", "newest_trade"});
    options.optional("lateness", &Config::lateness,
                     "How long behind a bar's end, in event time, it is emitted first");
    options.optional("corrections", &Config::corrections,
                     "How long behind that late trades still emit it again; the feed itself does "
                     "so for 15 minutes. Later ones are counted as `trades_too_late`");
    options.optional("conditions", &Config::conditions,
                     "File with the rules by sale condition, in the form of the shipped "
                     "data/sale_conditions.csv, which it replaces");
    options.check([](const Config& config, OptionProblems& problems) {
        constexpr auto hour = Duration{std::chrono::hours{1}}.count();
        constexpr auto second = Duration{std::chrono::seconds{1}}.count();
        const auto every = config.every.count();
        if (every < second || every % second != 0 || hour % every != 0) {
            problems.push_back({"every", "'" + format_duration(config.every) +
                                             "' is not a number of whole seconds that divides an "
                                             "hour; write one such as \"1m\""});
        }
    });
}

Bars::Bars(Config config)
    : config_(std::move(config)),
      calendar_(market::Calendar::us_equities()),
      calendar_begin_(std::chrono::sys_days{calendar_.first()}),
      calendar_end_(std::chrono::sys_days{calendar_.last()}),
      builder_(schema_of<BuiltBar>()) {}

Ports Bars::bind(const Ports& inputs) {
    reader_.emplace(*only(inputs));
    return single(builder_.schema());
}

void Bars::open(Context& context) {
    if (!config_.conditions.empty()) {
        conditions_ = SaleConditions{config_.conditions};
    }
    context_ = &context;
    too_late_ = &context.counter("trades_too_late");
    unknown_conditions_ = &context.counter("trades_of_unknown_condition");
    revisions_ = &context.counter("bars_emitted_again");
}

void Bars::probe(Context&) {
    if (!config_.conditions.empty()) {
        const SaleConditions readable{config_.conditions};
    }
}

void Bars::process(Batch batch, Emitter&) {
    const auto trades = rows<Trade>(batch, *reader_);
    for (std::size_t row = 0; row < trades.size(); ++row) {
        take(batch, row, trades[row]);
    }
}

void Bars::take(const Batch& batch, std::size_t row, const Trade& trade) {
    if (!(trade.price > 0 && trade.price <= greatest_price)) {
        context_->reject(batch, row, "the price is not a number above 0 and up to 1e9");
        return;
    }
    if (!(trade.size >= 0 && trade.size <= greatest_size)) {
        context_->reject(batch, row, "the size is not a number from 0 to 1e9");
        return;
    }
    if (trade.timestamp < calendar_begin_ || trade.timestamp >= calendar_end_) {
        context_->reject(batch, row, "the event time lies outside of the trading calendar");
        return;
    }
    newest_ = std::max(newest_, trade.timestamp);
    const market::Moment moment = calendar_.at(trade.timestamp);
    const Print print = print_of(trade, moment.session == market::Session::regular);
    SymbolWindows& windows = windows_of(trade.symbol);
    windows.add_to_day(moment.trade_date, print);
    const Timestamp start = start_of_window(trade.timestamp);
    const Timestamp expired = earlier(closed_until(), config_.corrections);
    if (start + config_.every <= expired) {
        too_late_->add();
        return;
    }
    Window& window = windows.find_or_add(start, moment.trade_date, expired, config_.every);
    window.add(print);
    if (!window.pending) {
        window.pending = true;
        due_[start].push_back(trade.symbol);
    }
}

Print Bars::print_of(const Trade& trade, bool regular_hours) {
    bool unknown = false;
    const Updates updates =
        conditions_.of(trade.conditions.value_or(std::string_view{}), regular_hours, unknown);
    if (unknown) {
        unknown_conditions_->add();
    }
    return {trade.timestamp, trade.sequence.value_or(0),
            trade.price,     market::to_shares(trade.size),
            updates,         trade.received};
}

void Bars::advance(Timestamp time, Emitter& out) {
    watermark_ = std::max(watermark_, time);
    const Timestamp closed = closed_until();
    emit_due(closed, out);
    // What keeps the input's promise comes into the window at that time, or into a later one.
    const Timestamp promised = std::min(closed, watermark_);
    if (promised >= calendar_begin_) {
        out.watermark(start_of_window(promised));
    }
}

void Bars::finish(Emitter& out) {
    emit_due(Timestamp::max(), out);
}

void Bars::emit_due(Timestamp until, Emitter& out) {
    while (!due_.empty() && due_.begin()->first + config_.every <= until) {
        for (const Symbol symbol : due_.begin()->second) {
            SymbolWindows& windows = windows_of(symbol);
            Window* window = windows.find(due_.begin()->first);
            window->pending = false;
            if (window->has_bar()) {
                append_bar(symbol, windows, *window);
            }
            if (builder_.rows() == rows_per_batch) {
                out.emit(builder_.finish());
            }
        }
        due_.erase(due_.begin());
    }
    if (!builder_.empty()) {
        out.emit(builder_.finish());
    }
}

void Bars::append_bar(Symbol symbol, const SymbolWindows& windows, Window& window) {
    static const Symbol made_of_trades = Symbol::intern("trades");
    const Turnover& turnover = window.turnover();
    BuiltBar bar;
    bar.symbol = symbol;
    bar.timestamp = window.start();
    bar.open = window.open();
    bar.high = window.high();
    bar.low = window.low();
    bar.close = window.close();
    bar.volume = market::to_volume(turnover.volume);
    bar.transactions = turnover.trades;
    bar.vwap = turnover.vwap();
    if (const auto day = windows.day_until(window)) {
        bar.day_volume = market::to_volume(day->volume);
        bar.day_vwap = day->vwap();
    }
    if (turnover.trades > 0) {
        bar.average_size = bar.volume / static_cast<double>(turnover.trades);
    }
    bar.received = window.received();
    bar.connection = made_of_trades;
    bar.revision = ++window.revision;
    if (bar.revision > 0) {
        revisions_->add();
    }
    append(builder_, bar);
}

Timestamp Bars::start_of_window(Timestamp time) const noexcept {
    // Windows divide an hour, so that they begin at whole ones in every time zone that counts here.
    return time - time.time_since_epoch() % config_.every;
}

Timestamp Bars::closed_until() const noexcept {
    return earlier(config_.close_by == "watermark" ? watermark_ : std::max(newest_, watermark_),
                   config_.lateness);
}

SymbolWindows& Bars::windows_of(Symbol symbol) {
    const auto code = static_cast<std::size_t>(symbol.code());
    if (code >= by_code_.size()) {
        by_code_.resize(std::max(Symbol::count(), code + 1));
    }
    return by_code_[code];
}

std::string Bars::settings() const {
    return "bars of " + format_duration(config_.every);
}

void Bars::snapshot(StateWriter& state) const {
    state.text(settings());
    state.time(watermark_);
    state.time(newest_);
    std::int64_t symbols = 0;
    for (const SymbolWindows& windows : by_code_) {
        symbols += windows.empty() ? 0 : 1;
    }
    state.integer(symbols);
    for (std::size_t code = 0; code < by_code_.size(); ++code) {
        if (!by_code_[code].empty()) {
            state.text(Symbol::from_code(static_cast<std::int32_t>(code)).text());
            by_code_[code].save(state);
        }
    }
    state.integer(static_cast<std::int64_t>(due_.size()));
    for (const auto& [start, symbols_due] : due_) {
        state.time(start);
        state.integer(static_cast<std::int64_t>(symbols_due.size()));
        for (const Symbol symbol : symbols_due) {
            state.text(symbol.text());
        }
    }
}

void Bars::restore(StateReader& state) {
    if (const std::string_view saved = state.text(); saved != settings()) {
        throw Error("the saved state holds " + std::string{saved} + ", and now " + settings() +
                    " are asked for; go back to the former 'every', or remove the saved state");
    }
    watermark_ = state.time();
    newest_ = state.time();
    for (std::int64_t left = state.integer(); left > 0; --left) {
        const Symbol symbol = Symbol::intern(state.text());
        windows_of(symbol).restore(state);
    }
    for (std::int64_t left = state.integer(); left > 0; --left) {
        std::vector<Symbol>& symbols = due_[state.time()];
        for (std::int64_t each = state.integer(); each > 0; --each) {
            symbols.push_back(Symbol::intern(state.text()));
        }
    }
}

}  // namespace tsflow::bars

TSFLOW_PLUGIN("bars", "1.0.0") {
    plugin.add<tsflow::bars::Bars>();
}
