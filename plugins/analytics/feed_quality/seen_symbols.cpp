#include "seen_symbols.hpp"

#include <algorithm>

namespace tsflow::feed_quality {

namespace {

template <class T>
T& at_code(std::vector<T>& by_code, Symbol symbol, const T& empty) {
    const auto code = static_cast<std::size_t>(symbol.code());
    if (code >= by_code.size()) {
        by_code.resize(std::max(Symbol::count(), code + 1), empty);
    }
    return by_code[code];
}

std::string_view text_of(std::size_t code) {
    return Symbol::from_code(static_cast<std::int32_t>(code)).text();
}

void save_date(StateWriter& state, Date date) {
    state.integer(date.time_since_epoch().count());
}

Date restore_date(StateReader& state) {
    return Date{Date::duration{static_cast<std::int32_t>(state.integer())}};
}

}  // namespace

void SeenSymbols::add(Timestamp start, const market::Moment& moment, const Entry& entry,
                      const Entry* before) {
    const Date date = moment.trade_date;
    first_date_ = std::min(first_date_.value_or(date), date);
    Day& day = at_code(days_[date], entry.symbol, Day{});
    const market::Shares volume = market::to_shares(entry.bar.volume);
    day.sum += volume - (before == nullptr ? 0 : market::to_shares(before->bar.volume));
    if (start <= day.first) {
        day.first = start;
        // What was traded before anybody looked is nobody's loss.
        day.before = date == first_date_ && market::known(entry.day_volume)
                         ? market::to_shares(entry.day_volume) - volume
                         : 0;
    }
    Timestamp& first = at_code(sessions_[{date, moment.session}], entry.symbol, Timestamp::max());
    first = std::min(first, start);
}

market::Shares SeenSymbols::day_volume(Date date, Symbol symbol) const {
    const Day& day = days_.at(date)[static_cast<std::size_t>(symbol.code())];
    return day.before + day.sum;
}

void SeenSymbols::forget_before(const market::Moment& moment) {
    days_.erase(days_.begin(), days_.lower_bound(moment.trade_date));
    sessions_.erase(sessions_.begin(), sessions_.lower_bound({moment.trade_date, moment.session}));
}

void SeenSymbols::save(StateWriter& state) const {
    state.boolean(first_date_.has_value());
    save_date(state, first_date_.value_or(Date{}));
    state.integer(static_cast<std::int64_t>(days_.size()));
    for (const auto& [date, days] : days_) {
        save_date(state, date);
        state.integer(std::count_if(days.begin(), days.end(),
                                    [](const Day& day) { return day.first != Timestamp::max(); }));
        for (std::size_t code = 0; code < days.size(); ++code) {
            if (days[code].first != Timestamp::max()) {
                state.text(text_of(code));
                state.time(days[code].first);
                state.integer(days[code].before);
                state.integer(days[code].sum);
            }
        }
    }
    state.integer(static_cast<std::int64_t>(sessions_.size()));
    for (const auto& [session, firsts] : sessions_) {
        save_date(state, session.first);
        state.integer(static_cast<std::int64_t>(session.second));
        state.integer(static_cast<std::int64_t>(firsts.size()) -
                      std::count(firsts.begin(), firsts.end(), Timestamp::max()));
        for (std::size_t code = 0; code < firsts.size(); ++code) {
            if (firsts[code] != Timestamp::max()) {
                state.text(text_of(code));
                state.time(firsts[code]);
            }
        }
    }
}

void SeenSymbols::restore(StateReader& state) {
    const bool has_first = state.boolean();
    const Date first = restore_date(state);
    first_date_ = has_first ? std::optional{first} : std::nullopt;
    for (std::int64_t dates = state.integer(); dates > 0; --dates) {
        std::vector<Day>& days = days_[restore_date(state)];
        for (std::int64_t left = state.integer(); left > 0; --left) {
            Day& day = at_code(days, Symbol::intern(state.text()), Day{});
            day.first = state.time();
            day.before = state.integer();
            day.sum = state.integer();
        }
    }
    for (std::int64_t sessions = state.integer(); sessions > 0; --sessions) {
        const Date date = restore_date(state);
        const auto session = static_cast<market::Session>(state.integer());
        std::vector<Timestamp>& firsts = sessions_[{date, session}];
        for (std::int64_t left = state.integer(); left > 0; --left) {
            const Symbol symbol = Symbol::intern(state.text());
            at_code(firsts, symbol, Timestamp::max()) = state.time();
        }
    }
}

}  // namespace tsflow::feed_quality
