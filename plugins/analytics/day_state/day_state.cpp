#include "day_state.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "tsflow/error.hpp"

namespace tsflow::day_state {

using namespace market;

void DayState::describe(Options<Config>& o) {
    describe_session(o);
    o.optional(
        "halt_indicators", &Config::halt_indicators,
        "Codes in the column `indicators` of the input `luld` that stand for a halt; without any, "
        "whether a symbol is halted stays unknown");
}

DayState::DayState(Config config)
    : SessionNode(config), config_(std::move(config)), rows_(schema_of<DayRow>()) {}

void DayState::clear() {
    for (auto& news : news_) {
        news.clear();
    }
    halted_.clear();
    revisions_.clear();
}

void DayState::add_member(Slot /*slot*/) {
    for (auto& news : news_) {
        news.push_back(0);
    }
    halted_.push_back(Halted::unknown);
    market::make_room(revisions_, members().size() * Minutes::most);
    revisions_.resize(revisions_.size() + Minutes::most, 0);
}

void DayState::begin_day(const TradingDay& /*day*/) {
    for (auto& news : news_) {
        std::fill(news.begin(), news.end(), std::uint8_t{0});
    }
    settled_minute_ = -1;
}

void DayState::commit(const TradingDay& /*day*/) {
    std::fill(revisions_.begin(), revisions_.end(), std::uint8_t{0});
}

void DayState::changed(View view, Slot slot, const DaySoFar& /*before*/, const DaySoFar& /*now*/) {
    news_[static_cast<std::size_t>(view)][slot] = 1;
}

void DayState::take_luld(Slot slot, std::string_view indicators) {
    if (config_.halt_indicators.empty()) {
        return;
    }
    halted_[slot] = Halted::no;
    while (!indicators.empty()) {
        const std::size_t end = std::min(indicators.find(','), indicators.size());
        const std::string_view code = indicators.substr(0, end);
        indicators.remove_prefix(std::min(end + 1, indicators.size()));
        if (std::find(config_.halt_indicators.begin(), config_.halt_indicators.end(), code) !=
            config_.halt_indicators.end()) {
            halted_[slot] = Halted::yes;
        }
    }
}

void DayState::publish(const Stamp& stamp, Emitter& out) {
    auto& news = news_[static_cast<std::size_t>(stamp.view)];
    // That a minute has settled is news of all that have a bar in it.
    const bool settles = stamp.status == Status::settled && stamp.minute > settled_minute_;
    if (settles) {
        settled_minute_ = stamp.minute;
    }
    for (const Slot slot : members().by_text()) {
        if (news[slot] != 0 || (settles && day(stamp.view)[slot].newest_minute == stamp.minute)) {
            add_row(stamp, slot);
            news[slot] = 0;
        }
    }
    out.emit(rows_.finish());
}

void DayState::add_row(const Stamp& stamp, Slot slot) {
    static const Symbol regular = Symbol::intern("rth");
    const DaySoFar& so_far = day(stamp.view)[slot];
    if (!so_far.traded()) {
        return;
    }
    std::uint8_t& revision =
        revisions_[slot * Minutes::most + static_cast<std::size_t>(stamp.minute)];
    DayRow row;
    row.symbol = members().symbol(slot);
    row.timestamp = stamp.timestamp;
    row.trade_date = stamp.trade_date;
    row.session = regular;
    row.status = to_symbol(stamp.status);
    row.as_of = stamp.as_of;
    row.seq = stamp.sequence;
    row.rev = revision;
    if (revision < std::numeric_limits<std::uint8_t>::max()) {
        ++revision;
    }
    row.open = so_far.open;
    row.high = so_far.high;
    row.low = so_far.low;
    row.last = so_far.close;
    row.vwap = or_null(so_far.vwap());
    row.volume = to_volume(so_far.volume);
    row.prev_close_adj = or_null(previous_close(slot));
    row.chg_pct = or_null(100 * (so_far.close / previous_close(slot) - 1));
    row.bars = so_far.bars;
    row.missing_minutes = stamp.minute + 1 - so_far.bars;
    if (so_far.newest_minute >= 0) {
        const auto newest_end =
            stamp.timestamp + std::chrono::minutes{so_far.newest_minute - stamp.minute + 1};
        row.last_bar_age_s = std::chrono::duration<double>(stamp.as_of - newest_end).count();
    }
    if (halted_[slot] != Halted::unknown) {
        row.halted = halted_[slot] == Halted::yes;
    }
    append(rows_, row);
}

void DayState::save(StateWriter& state) const {
    state.integer(settled_minute_);
    state.text({reinterpret_cast<const char*>(halted_.data()), halted_.size()});
    state.text({reinterpret_cast<const char*>(revisions_.data()), revisions_.size()});
    for (const auto& news : news_) {
        state.text({reinterpret_cast<const char*>(news.data()), news.size()});
    }
}

void DayState::load(StateReader& state) {
    const auto read = [&state](auto& bytes) {
        const std::string_view saved = state.text();
        if (saved.size() > bytes.size()) {
            throw Error("the saved state has more symbols than it names");
        }
        std::copy(saved.begin(), saved.end(), reinterpret_cast<char*>(bytes.data()));
    };
    saved_settled_minute_ = static_cast<int>(state.integer());
    read(halted_);
    read(revisions_);
    for (auto& news : saved_news_) {
        news.assign(members().size(), 0);
        read(news);
    }
}

void DayState::day_restored() {
    news_ = saved_news_;
    settled_minute_ = saved_settled_minute_;
}

}  // namespace tsflow::day_state

TSFLOW_PLUGIN("day_state", "1.0.0") {
    plugin.add<tsflow::day_state::DayState>();
}
