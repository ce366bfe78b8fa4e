#include "day_state.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <string>
#include <utility>

#include "session/row_columns.hpp"
#include "tsflow/error.hpp"

namespace tsflow::day_state {

using namespace market;

namespace {

SchemaPtr schema() {
    std::vector<Field> fields{key_field("symbol"),
                              {"timestamp", Type::timestamp, false, "", true, true},
                              plain_field("trade_date", Type::date)};
    append_header(fields);
    for (const char* price : {"open", "high", "low", "last"}) {
        fields.push_back(plain_field(price, Type::float64, "USD"));
    }
    fields.push_back(nullable_field("vwap", Type::float64, "USD"));
    fields.push_back(plain_field("volume", Type::float64, "shares"));
    fields.push_back(nullable_field("prev_close_adj", Type::float64, "USD"));
    fields.push_back(nullable_field("chg_pct", Type::float64, "percent"));
    fields.push_back(plain_field("bars", Type::int64, "count"));
    fields.push_back(plain_field("missing_minutes", Type::int64, "count"));
    fields.push_back(nullable_field("last_bar_age_s", Type::float64, "s"));
    fields.push_back(nullable_field("halted", Type::boolean));
    fields.push_back(nullable_field("av_gap", Type::float64, "shares"));
    return Schema::make(std::move(fields));
}

}  // namespace

void DayState::describe(Options<Config>& o) {
    describe_session(o);
    o.optional(
        "halt_indicators", &Config::halt_indicators,
        "Codes in the column `indicators` of the input `luld` that stand for a halt; without any, "
        "whether a symbol is halted stays unknown");
}

DayState::DayState(Config config)
    : SessionNode(config), config_(std::move(config)), rows_(schema()) {}

void DayState::clear() {
    for (auto& news : news_) {
        news.clear();
    }
    halted_.clear();
    volumes_.clear(0);
    revisions_ = {};
}

void DayState::add_member(Slot /*slot*/) {
    for (auto& news : news_) {
        news.push_back(0);
    }
    halted_.push_back(Halted::unknown);
    volumes_.add_member();
}

void DayState::begin_day(const TradingDay& /*day*/) {
    for (auto& news : news_) {
        std::fill(news.begin(), news.end(), std::uint8_t{0});
    }
    volumes_.clear(members().size());
    settled_minute_ = -1;
    forgotten_ = 0;
}

void DayState::commit(const TradingDay& /*day*/) {
    revisions_ = {};
}

void DayState::changed(View view, Slot slot, const DaySoFar& /*before*/, const DaySoFar& /*now*/) {
    news_[static_cast<std::size_t>(view)][slot] = 1;
}

void DayState::take_day_volume(Slot slot, int minute, Shares volume, double day_volume) {
    volumes_.take(slot, minute, volume, day_volume);
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
    if (stamp.view == View::complete) {
        volumes_.show_until(stamp.minute);
    }
    revisions_[static_cast<std::size_t>(stamp.minute)].resize(members().size());
    const DayView& today = day(stamp.view);
    for (const Slot slot : members().by_text()) {
        if (news[slot] != 0 || (settles && today[slot].newest_minute == stamp.minute)) {
            news[slot] = 0;
            if (today[slot].traded()) {
                slots_.push_back(slot);
            }
            if (slots_.size() == RowColumns::at_once) {
                add_rows(stamp);
            }
        }
    }
    add_rows(stamp);
    out.emit(rows_.finish());
    // Behind a final minute no row is about one before it, in either view.
    for (; stamp.view == View::complete && forgotten_ < stamp.minute; ++forgotten_) {
        revisions_[static_cast<std::size_t>(forgotten_)] = {};
    }
}

void DayState::add_rows(const Stamp& stamp) {
    std::vector<std::uint8_t>& revisions = revisions_[static_cast<std::size_t>(stamp.minute)];
    const DayView& view = day(stamp.view);
    const auto of = [&](auto value_of) {
        return [&, value_of](std::size_t row) { return value_of(view[slots_[row]]); };
    };
    RowColumns(rows_, slots_.size())
        .each([&](std::size_t row) { return members().symbol(slots_[row]); })
        .all(stamp.timestamp)
        .all(stamp.trade_date)
        .publication(stamp)
        .each([&](std::size_t row) { return std::int64_t{revisions[slots_[row]]} + times_told(); })
        .each(of([](const DaySoFar& day) { return day.open; }))
        .each(of([](const DaySoFar& day) { return day.high; }))
        .each(of([](const DaySoFar& day) { return day.low; }))
        .each(of([](const DaySoFar& day) { return day.close; }))
        .each_known(of([](const DaySoFar& day) { return day.vwap(); }))
        .each(of([](const DaySoFar& day) { return to_volume(day.volume); }))
        .each_known([&](std::size_t row) { return previous_close(slots_[row]); })
        .each_known([&](std::size_t row) {
            return 100 * (view[slots_[row]].close / previous_close(slots_[row]) - 1);
        })
        .each(of([](const DaySoFar& day) { return std::int64_t{day.bars}; }))
        .each(of([&](const DaySoFar& day) { return std::int64_t{stamp.minute + 1 - day.bars}; }))
        .each_known(of([&](const DaySoFar& day) {
            if (day.newest_minute < 0) {
                return unknown;
            }
            const auto newest_end =
                stamp.timestamp + std::chrono::minutes{day.newest_minute - stamp.minute + 1};
            return std::chrono::duration<double>(stamp.as_of - newest_end).count();
        }))
        .each_known<bool>([&](std::size_t row) {
            const Halted halted = halted_[slots_[row]];
            return halted == Halted::unknown ? unknown : halted == Halted::yes ? 1.0 : 0.0;
        })
        .each_known([&](std::size_t row) {
            return volumes_.gap(stamp.view, slots_[row], view[slots_[row]], minutes());
        });
    for (const Slot slot : slots_) {
        if (revisions[slot] < std::numeric_limits<std::uint8_t>::max()) {
            ++revisions[slot];
        }
    }
    slots_.clear();
}

void DayState::save(StateWriter& state) const {
    state.integer(settled_minute_);
    state.text({reinterpret_cast<const char*>(halted_.data()), halted_.size()});
    for (const auto& revisions : revisions_) {
        state.text({reinterpret_cast<const char*>(revisions.data()), revisions.size()});
    }
    for (const auto& news : news_) {
        state.text({reinterpret_cast<const char*>(news.data()), news.size()});
    }
    volumes_.save(state);
}

void DayState::load(StateReader& state) {
    const auto saved = [&] {
        const std::string_view bytes = state.text();
        if (bytes.size() > members().size()) {
            throw Error("the saved state has more symbols than it names");
        }
        return bytes;
    };
    saved_settled_minute_ = static_cast<int>(state.integer());
    const std::string_view halted = saved();
    std::copy(halted.begin(), halted.end(), reinterpret_cast<char*>(halted_.data()));
    for (auto& revisions : revisions_) {
        const std::string_view bytes = saved();
        revisions.assign(bytes.begin(), bytes.end());
    }
    for (auto& news : saved_news_) {
        const std::string_view bytes = saved();
        news.assign(bytes.begin(), bytes.end());
        news.resize(members().size());
    }
    saved_volumes_.clear(members().size());
    saved_volumes_.restore(state);
}

void DayState::day_restored() {
    news_ = saved_news_;
    settled_minute_ = saved_settled_minute_;
    volumes_ = std::exchange(saved_volumes_, {});
}

}  // namespace tsflow::day_state

TSFLOW_PLUGIN("day_state", "1.0.0") {
    plugin.add<tsflow::day_state::DayState>();
}
