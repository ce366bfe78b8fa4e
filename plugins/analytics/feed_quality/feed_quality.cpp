#include "feed_quality.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "indicators/ranking.hpp"

namespace tsflow::feed_quality {

namespace {

constexpr Duration one_minute = std::chrono::minutes{1};
/// The feed's day volumes are whole shares.
constexpr market::Shares same_volume = static_cast<market::Shares>(market::shares_unit);

Timestamp earlier(Timestamp time, Duration by) noexcept {
    return time < Timestamp::min() + by ? Timestamp::min() : time - by;
}

Symbol name_of(market::Session session) {
    static const Symbol pre = Symbol::intern("pre");
    static const Symbol regular = Symbol::intern("regular");
    static const Symbol post = Symbol::intern("post");
    static const Symbol overnight = Symbol::intern("overnight");
    static const Symbol closed = Symbol::intern("closed");
    switch (session) {
        case market::Session::pre:
            return pre;
        case market::Session::regular:
            return regular;
        case market::Session::post:
            return post;
        case market::Session::overnight:
            return overnight;
        case market::Session::closed:
            break;
    }
    return closed;
}

}  // namespace

void FeedQuality::describe(Options<Config>& options) {
    options
        .optional("close_by", &Config::close_by,
                  "What tells that a minute is over: `watermark`, the source's promise; "
                  "`newest_bar`, the end of the newest bar of any symbol, for sources whose "
                  "watermark lags because they wait for late rows")
        .one_of({"watermark", "newest_bar"});
    options.optional("lateness", &Config::lateness,
                     "How long behind a minute's end, in event time, its row is emitted first");
    options.optional("corrections", &Config::corrections,
                     "How long behind that late bars still emit it again, when it differs; later "
                     "ones are counted as `bars_too_late`");
    options.optional("silent_after", &Config::silent_after,
                     "A symbol with bars in this session is silent after so long without any");
    options.check([](const Config& config, OptionProblems& problems) {
        if (config.silent_after < one_minute) {
            problems.push_back({"silent_after", "'" + format_duration(config.silent_after) +
                                                    "' is shorter than a minute, and bars come "
                                                    "by the minute; write one such as \"5m\""});
        }
    });
}

FeedQuality::FeedQuality(Config config)
    : config_(std::move(config)),
      calendar_(market::Calendar::us_equities()),
      calendar_begin_(std::chrono::sys_days{calendar_.first()}),
      calendar_end_(std::chrono::sys_days{calendar_.last()}),
      builder_(schema_of<Quality>()) {}

FeedQuality::Columns FeedQuality::columns_of(const Schema& schema) {
    Columns columns{};
    columns.symbol = schema.require("symbol", Type::symbol);
    columns.timestamp = schema.require("timestamp", Type::timestamp);
    columns.open = schema.require("open", Type::float64, "USD");
    columns.high = schema.require("high", Type::float64, "USD");
    columns.low = schema.require("low", Type::float64, "USD");
    columns.close = schema.require("close", Type::float64, "USD");
    columns.volume = schema.require("volume", Type::float64, "shares");
    if (schema.find("day_volume")) {
        columns.day_volume = schema.require("day_volume", Type::float64, "shares");
    }
    if (schema.find("received")) {
        columns.received = schema.require("received", Type::timestamp);
    }
    return columns;
}

Ports FeedQuality::bind(const Ports& inputs) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (inputs.size() > 1 && inputs[i].name == "built") {
            built_input_ = i;
        } else if (inputs.size() > 1 && inputs[i].name != "feed") {
            throw ConfigError("inputs", "'" + inputs[i].name +
                                            "' is no input of feed_quality; its inputs are "
                                            "feed, or feed and built");
        } else {
            feed_input_ = i;
        }
        columns_.push_back(columns_of(*inputs[i].schema));
    }
    return single(builder_.schema());
}

void FeedQuality::open(Context& context) {
    too_late_ = &context.counter("bars_too_late");
    outside_calendar_ = &context.counter("bars_outside_calendar");
}

void FeedQuality::process(Batch batch, Emitter& out) {
    process_input(feed_input_, std::move(batch), out);
}

void FeedQuality::process_input(std::size_t input, Batch batch, Emitter&) {
    const Columns& columns = columns_[input];
    const auto symbols = batch.column<Symbol>(columns.symbol);
    const auto times = batch.column<Timestamp>(columns.timestamp);
    const auto value = [&](std::size_t column) { return batch.column<double>(column); };
    const auto open = value(columns.open), high = value(columns.high), low = value(columns.low),
               close = value(columns.close), volume = value(columns.volume);
    for (std::size_t row = 0; row < batch.rows(); ++row) {
        if (times[row] < calendar_begin_ || times[row] >= calendar_end_) {
            outside_calendar_->add();
            continue;
        }
        const Timestamp start = times[row] - times[row].time_since_epoch() % one_minute;
        newest_ = std::max(newest_, start + one_minute);
        if (start + one_minute <= earlier(closed_until(), config_.corrections)) {
            too_late_->add();
            continue;
        }
        Entry entry{symbols[row], {open[row], high[row], low[row], close[row], volume[row]}};
        Minute& minute = minutes_[start];
        minute.pending = true;
        if (input == built_input_) {
            minute.built.put(entry);
            continue;
        }
        if (columns.day_volume && !batch.is_null(*columns.day_volume, row)) {
            entry.day_volume = value(*columns.day_volume)[row];
        }
        std::optional<Timestamp> received;
        if (columns.received && !batch.is_null(*columns.received, row)) {
            received = batch.column<Timestamp>(*columns.received)[row];
        }
        take_feed(minute, start, entry, received);
    }
}

void FeedQuality::take_feed(Minute& minute, Timestamp start, const Entry& entry,
                            std::optional<Timestamp> received) {
    if (!market::plausible(entry.bar)) {
        ++minute.rejected;
        return;
    }
    const market::Moment moment = calendar_.at(start);
    const Entry* known = minute.feed.find(entry.symbol);
    if (known != nullptr && known->bar == entry.bar) {
        ++minute.repeated;
        return;
    }
    if (known != nullptr) {
        ++minute.corrected;
    } else if (received) {
        minute.late.push_back(
            std::chrono::duration<double, std::milli>(*received - (start + one_minute)).count());
    }
    symbols_.add(start, moment, entry, known);
    minute.feed.put(entry);
    // The sums of all later minutes hold this one's volume.
    for (auto later = minutes_.upper_bound(start); later != minutes_.end(); ++later) {
        later->second.pending = true;
    }
}

void FeedQuality::advance(Timestamp time, Emitter& out) {
    watermark_ = std::max(watermark_, time);
    emit_due(closed_until(), out);
    drop_expired();
    const Timestamp promised = std::min(closed_until(), watermark_);
    if (promised >= calendar_begin_) {
        out.watermark(promised - promised.time_since_epoch() % one_minute);
    }
}

void FeedQuality::finish(Emitter& out) {
    emit_due(Timestamp::max(), out);
}

/// A minute in which nothing came at all, between two of the same day, is the news.
void FeedQuality::add_missing_minutes() {
    for (auto at = minutes_.begin(); at != minutes_.end() && std::next(at) != minutes_.end();
         ++at) {
        const Timestamp next = at->first + one_minute;
        const Date day = calendar_.trade_date(at->first);
        if (std::next(at)->first == next || calendar_.trade_date(std::next(at)->first) != day) {
            continue;
        }
        for (Timestamp start = next; start < std::next(at)->first; start += one_minute) {
            if (calendar_.at(start).session != market::Session::closed) {
                at = minutes_.try_emplace(at, start);
            }
        }
    }
}

void FeedQuality::emit_due(Timestamp until, Emitter& out) {
    add_missing_minutes();
    for (auto& [start, minute] : minutes_) {
        if (start + one_minute > until) {
            break;
        }
        if (minute.pending) {
            minute.pending = false;
            emit(start, minute, out);
        }
    }
}

void FeedQuality::emit(Timestamp start, Minute& minute, Emitter& out) {
    Quality quality = quality_of(start, minute);
    const auto batch_of = [this](const Quality& row) {
        append(builder_, row);
        return builder_.finish();
    };
    std::string text;
    append_json(text, batch_of(quality), 0);
    if (text == minute.emitted) {
        return;
    }
    minute.emitted = std::move(text);
    quality.revision = ++minute.revision;
    out.emit(batch_of(quality));
}

void FeedQuality::drop_expired() {
    // As long as a minute may be emitted again, those that tell who was silent then must be there.
    const Timestamp expired =
        earlier(earlier(closed_until(), config_.corrections), config_.silent_after);
    while (!minutes_.empty() && minutes_.begin()->first + one_minute <= expired) {
        minutes_.erase(minutes_.begin());
    }
    if (minutes_.empty()) {
        return;
    }
    symbols_.forget_before(calendar_.at(minutes_.begin()->first));
}

Quality FeedQuality::quality_of(Timestamp start, const Minute& minute) const {
    const market::Moment moment = calendar_.at(start);
    Quality quality;
    quality.minute = start;
    quality.trade_date = moment.trade_date;
    quality.session = name_of(moment.session);
    quality.bars = static_cast<std::int64_t>(minute.feed.all().size());
    quality.repeated = minute.repeated;
    quality.corrected = minute.corrected;
    quality.rejected = minute.rejected;
    if (!minute.late.empty()) {
        std::vector<double> scratch;
        quality.late_p50 = market::quantile(minute.late, 0.50, scratch);
        quality.late_p99 = market::quantile(minute.late, 0.99, scratch);
    }
    quality.symbols_silent = silent(start, moment);
    if (has_day_volumes(minute)) {
        quality.av_mismatch = volumes_off(start, moment.trade_date, minute);
    }
    if (built_input_) {
        const Agreement agreement = agreement_of(minute.feed, minute.built);
        quality.compared = agreement.compared;
        quality.only_feed = agreement.only_feed;
        quality.only_built = agreement.only_built;
        quality.price_mismatch = agreement.price_mismatch;
        quality.volume_mismatch = agreement.volume_mismatch;
    }
    return quality;
}

bool FeedQuality::has_day_volumes(const Minute& minute) const noexcept {
    return std::any_of(minute.feed.all().begin(), minute.feed.all().end(),
                       [](const Entry& entry) { return market::known(entry.day_volume); });
}

std::int64_t FeedQuality::volumes_off(Timestamp start, Date date, const Minute& minute) const {
    std::int64_t off = 0;
    for (const Entry& entry : minute.feed.all()) {
        if (!market::known(entry.day_volume)) {
            continue;
        }
        market::Shares sum = symbols_.day_volume(date, entry.symbol);
        for (auto later = minutes_.upper_bound(start); later != minutes_.end(); ++later) {
            const Entry* other = later->second.feed.find(entry.symbol);
            if (other != nullptr && calendar_.trade_date(later->first) == date) {
                sum -= market::to_shares(other->bar.volume);
            }
        }
        off += std::abs(sum - market::to_shares(entry.day_volume)) < same_volume ? 0 : 1;
    }
    return off;
}

std::int64_t FeedQuality::silent(Timestamp start, const market::Moment& moment) const {
    const auto from = minutes_.upper_bound(earlier(start, config_.silent_after));
    const auto to = minutes_.upper_bound(start);
    std::int64_t count = 0;
    symbols_.each_since(moment, start, [&](Symbol symbol) {
        count += std::none_of(from, to, [symbol](const auto& minute) {
            return minute.second.feed.find(symbol) != nullptr;
        });
    });
    return count;
}

Timestamp FeedQuality::closed_until() const noexcept {
    return earlier(config_.close_by == "watermark" ? watermark_ : std::max(newest_, watermark_),
                   config_.lateness);
}

void FeedQuality::snapshot(StateWriter& state) const {
    state.time(watermark_);
    state.time(newest_);
    state.integer(static_cast<std::int64_t>(minutes_.size()));
    for (const auto& [start, minute] : minutes_) {
        state.time(start);
        minute.save(state);
    }
    symbols_.save(state);
}

void FeedQuality::restore(StateReader& state) {
    watermark_ = state.time();
    newest_ = state.time();
    for (std::int64_t left = state.integer(); left > 0; --left) {
        minutes_[state.time()].restore(state);
    }
    symbols_.restore(state);
}

}  // namespace tsflow::feed_quality

TSFLOW_PLUGIN("feed_quality", "1.0.0") {
    plugin.add<tsflow::feed_quality::FeedQuality>();
}
