#include "market.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "new_york.hpp"
#include "random.hpp"

namespace tsflow::massive_sim {

namespace {

constexpr std::int64_t correction_window = 15;  // minutes
constexpr std::int64_t endless = std::numeric_limits<std::int64_t>::max();

enum class Draw : std::uint64_t { is_late = 0x100, lateness, is_corrected, correction };

/// The open of a day is that of its first minute, until the exchange has one of its own.
void note_open(DayTotals& day, const Bar& bar, std::int64_t local_minute) {
    const bool is_official = local_minute >= regular_open;
    if (day.open == 0 || (is_official && !day.open_is_official)) {
        day.open = bar.open;
        day.open_is_official = is_official;
    }
}

/// The bar as it looked before its last trades were reported.
Bar without_last_trades(const Bar& bar) {
    constexpr double reported = 0.9;
    Bar early = bar;
    early.volume = std::max(1.0, std::floor(bar.volume * reported));
    early.high = std::max(bar.open, bar.close);
    early.low = std::min(bar.open, bar.close);
    if (bar.transactions > 1) {
        early.transactions = bar.transactions - 1;
    }
    return early;
}

}  // namespace

double DayTotals::average_price() const noexcept {
    constexpr double decimals = 1e4;
    return volume > 0 ? std::round(turnover / volume * decimals) / decimals : 0;
}

void add(DayTotals& day, const Bar& bar, double sign) noexcept {
    day.volume += sign * bar.volume;
    day.turnover += sign * bar.volume * vwap_of(bar);
}

Market::Market(const SimulatorOptions& options)
    : options_(options),
      source_(options.data.empty() ? make_synthetic(options) : make_flat_files(options)) {
    begin();
}

void Market::begin() {
    const std::int64_t first = source_->first_minute();
    source_->history_begin();
    played_ = first - 1;
    last_minute_ = endless;
    if (options_.minutes > 0) {
        std::optional<std::int64_t> minute = source_->next_minute(first);
        for (std::int64_t i = 1; minute && i < options_.minutes; ++i) {
            minute = source_->next_minute(*minute + 1);
        }
        last_minute_ = minute.value_or(endless);
    }
}

Market::Schedule Market::schedule(std::size_t symbol, std::int64_t minute) const {
    Schedule schedule{.first = minute, .corrected = std::nullopt};
    if (options_.late_percent <= 0 && options_.corrections_percent <= 0) {
        return schedule;
    }
    const std::uint64_t hash =
        mix(mix(symbols()[symbol]) ^ static_cast<std::uint64_t>(options_.seed),
            static_cast<std::uint64_t>(minute));
    const auto draw = [hash](Draw which) { return mix(hash ^ static_cast<std::uint64_t>(which)); };
    constexpr auto window = static_cast<std::uint64_t>(correction_window);
    if (happens(draw(Draw::is_late), options_.late_percent)) {
        schedule.first += static_cast<std::int64_t>(1 + draw(Draw::lateness) % window);
    }
    const std::int64_t left = minute + correction_window - schedule.first;
    if (left > 0 && happens(draw(Draw::is_corrected), options_.corrections_percent)) {
        schedule.corrected =
            schedule.first + static_cast<std::int64_t>(1 + draw(Draw::correction) %
                                                               static_cast<std::uint64_t>(left));
    }
    return schedule;
}

/// A bar as it was known at the end of the minute `as_of`.
std::optional<Bar> Market::version(std::size_t symbol, std::int64_t minute,
                                   std::int64_t as_of) const {
    const Schedule when = schedule(symbol, minute);
    if (when.first > as_of) {
        return std::nullopt;
    }
    const std::optional<Bar> bar = source_->bar(symbol, minute);
    return bar && when.corrected && *when.corrected > as_of ? without_last_trades(*bar) : bar;
}

void Market::known_as_of(std::size_t symbol, std::int64_t first, std::int64_t last,
                         std::int64_t as_of, std::vector<Bar>& out) const {
    const auto from = out.size();
    source_->bars(symbol, std::max(first, source_->history_begin()), std::min(last, as_of), out);
    std::size_t kept = from;
    for (std::size_t i = from; i < out.size(); ++i) {
        const Schedule when = schedule(symbol, out[i].minute);
        if (when.first <= as_of) {
            const bool is_early = when.corrected && *when.corrected > as_of;
            out[kept++] = is_early ? without_last_trades(out[i]) : out[i];
        }
    }
    out.resize(kept);
}

/// The last minute that can be asked for at all.
std::int64_t Market::data_end() const {
    // A market without an end has a month.
    constexpr std::int64_t month = 30 * minutes_per_day;
    const bool is_endless = options_.data.empty() && options_.minutes == 0;
    return is_endless ? std::max(source_->first_minute() + month, played_ + 1) : last_minute_;
}

void Market::known(std::size_t symbol, std::int64_t first, std::int64_t last,
                   std::vector<Bar>& out) const {
    if (options_.rest_serves == "all") {
        happened(symbol, first, last, out);
    } else {
        // Of a play that ends, later minutes never happen, though what is due still comes.
        known_as_of(symbol, first, std::min(last, last_minute_), played_, out);
    }
}

void Market::happened(std::size_t symbol, std::int64_t first, std::int64_t last,
                      std::vector<Bar>& out) const {
    source_->bars(symbol, std::max(first, source_->history_begin()), std::min(last, data_end()),
                  out);
}

std::optional<std::int64_t> Market::next_minute() const {
    std::optional<std::int64_t> next = source_->next_minute(played_ + 1);
    if (next && *next > last_minute_) {
        next.reset();
    }
    if (!due_.empty() && (!next || due_.begin()->first < *next)) {
        next = due_.begin()->first;
    }
    return next;
}

void Market::play(std::int64_t minute, std::vector<Update>& out) {
    played_ = minute;
    ++minutes_played_;
    const std::size_t before = out.size();
    for (std::size_t symbol = 0; symbol < symbols().size() && minute <= last_minute_; ++symbol) {
        if (!source_->bar(symbol, minute)) {
            continue;
        }
        const Schedule when = schedule(symbol, minute);
        if (when.first > minute) {
            due_.emplace(when.first, Due{symbol, minute});
        } else {
            send(symbol, minute, minute, out);
        }
        if (when.corrected) {
            due_.emplace(*when.corrected, Due{symbol, minute});
        }
    }
    for (auto due = due_.begin(); due != due_.end() && due->first <= minute;
         due = due_.erase(due)) {
        send(due->second.symbol, due->second.minute, minute, out);
    }
    if (options_.late_percent > 0 || options_.corrections_percent > 0) {
        // Late bars are anywhere among the new ones.
        const auto salt = static_cast<std::uint64_t>(options_.seed + minute);
        for (std::size_t i = out.size(); i > before + 1; --i) {
            std::swap(out[i - 1], out[before + mix(salt, i) % (i - before)]);
        }
    }
}

/// A ticker's day up to now. A day that is not the running one is added up from its bars.
Market::Running& Market::running(std::size_t symbol, std::int64_t day, std::int64_t now) {
    if (running_.size() <= symbol) {
        running_.resize(symbols().size());
    }
    Running& running = running_[symbol];
    if (running.day < day) {
        running = {.day = day, .totals = {}};
        std::vector<Bar> earlier;
        known_as_of(symbol, midnight_ms(day) / ms_per_minute, now - 1, now - 1, earlier);
        for (const Bar& bar : earlier) {
            add(running.totals, bar);
            note_open(running.totals, bar, new_york(bar.minute * ms_per_minute).minute);
        }
    }
    return running;
}

DayTotals Market::day_before(std::size_t symbol, std::int64_t minute) {
    return running(symbol, new_york(minute * ms_per_minute).day, minute).totals;
}

/// Appends the version of a bar that becomes known at the end of the minute `now`.
void Market::send(std::size_t symbol, std::int64_t minute, std::int64_t now,
                  std::vector<Update>& out) {
    const std::optional<Bar> bar = version(symbol, minute, now);
    if (!bar) {
        return;
    }
    const NewYork local = new_york(minute * ms_per_minute);
    Running& day = running(symbol, local.day, now);
    if (day.day == local.day) {
        if (const auto old = now > minute ? version(symbol, minute, now - 1) : std::nullopt) {
            add(day.totals, *old, -1);
        }
        add(day.totals, *bar);
        note_open(day.totals, *bar, local.minute);
    }
    out.push_back({symbol, *bar, day.totals});
}

}  // namespace tsflow::massive_sim
