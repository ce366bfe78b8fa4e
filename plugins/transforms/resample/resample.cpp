#include "resample.hpp"

#include <algorithm>
#include <utility>

#include "aggregate.hpp"
#include "saved_groups.hpp"
#include "tsflow/error.hpp"

namespace tsflow::resample {

namespace {

constexpr std::size_t rows_per_batch = 4096;
constexpr std::int64_t never = std::numeric_limits<std::int64_t>::min();

std::int64_t earlier(std::int64_t time, Duration by) noexcept {
    std::int64_t result = 0;
    return __builtin_sub_overflow(time, by.count(), &result) ? never : result;
}

Timestamp as_timestamp(std::int64_t time) {
    return Timestamp{Duration{time}};
}

std::vector<Rule> parse_rules(const std::vector<std::string>& entries) {
    std::vector<Rule> rules;
    rules.reserve(entries.size());
    for (const std::string& entry : entries) {
        rules.push_back(parse_rule(entry));
    }
    return rules;
}

}  // namespace

void Resample::describe(Options<Config>& options) {
    constexpr std::int64_t five_minutes = 300'000'000'000;
    options
        .required(
            "every", &Config::every,
            "Length of a window: a part of a day (`5m`, `1h`) or whole days; `7d` are weeks from "
            "Monday")
        .such_as(OptionValue{five_minutes});
    options.optional(
        "timezone", &Config::timezone,
        "IANA name of the zone on whose clock windows start, such as America/New_York");
    options.optional(
        "lateness", &Config::lateness,
        "How far the watermark must be past a window's end before the window is emitted");
    options.optional(
        "corrections", &Config::corrections,
        "How much longer a window is kept, so that late or corrected rows emit it again; "
        "later ones are rejected");
    options.optional(
        "aggregate", &Config::aggregate,
        "What becomes of columns, as `column:function` with first, last, min, max, sum, "
        "mean, mean(weight column), count or drop. Known without an entry: open, high, "
        "low, close, volume, transactions, trades, vwap");
}

Resample::Resample(Config config)
    : config_(std::move(config)),
      rules_(parse_rules(config_.aggregate)),
      clock_(config_.every, config_.timezone) {}

Ports Resample::bind(const Ports& inputs) {
    layout_.emplace(only(inputs), rules_);
    groups_.emplace(*layout_);
    builder_.emplace(layout_->output);
    return single(layout_->output);
}

void Resample::open(Context& context) {
    context_ = &context;
    emitted_again_ = &context.counter("windows_emitted_again");
}

void Resample::process(Batch batch, Emitter&) {
    for (std::size_t first = 0; first < batch.rows(); first += RowReader::chunk_rows) {
        const std::size_t count = std::min(RowReader::chunk_rows, batch.rows() - first);
        reader_.read(*layout_, batch, first, count);
        for (std::size_t i = 0; i < count; ++i) {
            take_row(batch, first + i, reader_.row(*layout_, i));
        }
    }
}

void Resample::take_row(const Batch& batch, std::size_t row, const std::uint64_t* words) {
    const std::int64_t time = time_of(words);
    if (time < WindowClock::earliest || time > WindowClock::latest) {
        context_->reject(batch, row, "the event time lies outside the years 1700 to 2249");
        return;
    }
    const Span span = clock_.window_of(time);
    if (span.end <= drop_until_) {
        reject(batch, row, span);
        return;
    }
    const std::size_t index = groups_->of(*layout_, batch, row);
    bool added = false;
    Window& window = (*groups_)[index].find_or_add(span, added);
    if (added) {
        kept_.push({span, index});
    }
    if (window.put(*layout_, words, reader_.texts()) && !window.pending) {
        window.pending = true;
        pending_.push({span, index});
    }
}

void Resample::reject(const Batch& batch, std::size_t row, const Span& span) {
    context_->reject(
        batch, row,
        "the row is too late: its window ended at " + format_timestamp(as_timestamp(span.end)) +
            ", and the watermark stands at " + format_timestamp(as_timestamp(watermark_)) +
            "; 'corrections' is " + format_duration(config_.corrections));
}

void Resample::set_watermark(std::int64_t time) noexcept {
    watermark_ = std::max(watermark_, time);
    close_until_ = earlier(watermark_, config_.lateness);
    drop_until_ = earlier(close_until_, config_.corrections);
}

void Resample::advance(Timestamp time, Emitter& out) {
    set_watermark(time.time_since_epoch().count());
    emit_pending(close_until_, out);
    drop_expired();
    if (close_until_ < WindowClock::earliest) {
        return;
    }
    // A row that keeps the input's promise can only come into the window at the closing time, or later.
    const Span open = clock_.window_of(std::min(close_until_, WindowClock::latest));
    out.watermark(open.holds(close_until_) ? as_timestamp(open.start) : as_timestamp(close_until_));
}

void Resample::finish(Emitter& out) {
    emit_pending(std::numeric_limits<std::int64_t>::max(), out);
}

void Resample::emit_pending(std::int64_t until, Emitter& out) {
    std::vector<Due> due;
    while (!pending_.empty() && pending_.top().span.end <= until) {
        due.push_back(pending_.top());
        pending_.pop();
    }
    std::sort(due.begin(), due.end(), [this](const Due& a, const Due& b) {
        return a.span.start != b.span.start ? a.span.start < b.span.start
                                            : (*groups_)[a.group].text < (*groups_)[b.group].text;
    });
    for (const Due& next : due) {
        const Group& group = (*groups_)[next.group];
        Window& window = *(*groups_)[next.group].find(next.span);
        append_aggregate(*builder_, *layout_, group, window);
        window.pending = false;
        if (window.emitted) {
            emitted_again_->add();
        } else {
            window.emitted = true;
            window.compact();
        }
        if (builder_->rows() == rows_per_batch) {
            out.emit(builder_->finish());
        }
    }
    if (!builder_->empty()) {
        out.emit(builder_->finish());
    }
}

void Resample::drop_expired() {
    while (!kept_.empty() && kept_.top().span.end <= drop_until_) {
        std::deque<Window>& windows = (*groups_)[kept_.top().group].windows;
        while (!windows.empty() && windows.front().span().end <= drop_until_) {
            windows.pop_front();
        }
        kept_.pop();
    }
}

std::string Resample::settings() const {
    return "windows of " + format_duration(config_.every) + " on the clock of " + config_.timezone +
           " over " + layout_->kept + " by " + layout_->group->to_string();
}

void Resample::snapshot(StateWriter& state) const {
    state.text(settings());
    state.integer(watermark_);
    std::vector<const Group*> saved;
    for (std::size_t i = 0; i < groups_->size(); ++i) {
        if (!(*groups_)[i].windows.empty()) {
            saved.push_back(&(*groups_)[i]);
        }
    }
    state.integer(static_cast<std::int64_t>(saved.size()));
    for (const Group* group : saved) {
        save_group(state, *layout_, *group);
    }
}

void Resample::restore(StateReader& state) {
    const std::string_view saved = state.text();
    if (saved != settings()) {
        throw Error("the saved state holds " + std::string{saved} + ", and now " + settings() +
                    " are asked for; go back to the former settings, or remove the saved state");
    }
    set_watermark(state.integer());
    for (std::int64_t left = state.integer(); left > 0; --left) {
        const std::size_t group = load_group(state, *layout_, *groups_);
        for (const Window& window : (*groups_)[group].windows) {
            kept_.push({window.span(), group});
            if (window.pending) {
                pending_.push({window.span(), group});
            }
        }
    }
}

}  // namespace tsflow::resample

TSFLOW_PLUGIN("resample", "1.0.0") {
    plugin.add<tsflow::resample::Resample>();
}
