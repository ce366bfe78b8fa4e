#include "minute.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace tsflow::feed_quality {

namespace {

/// Prices have six decimals at most.
constexpr double same_price = 5e-7;
/// The feed's volumes are whole shares, and those of trades may have fractions.
constexpr double same_volume = 1;

bool prices_agree(const market::DayBar& a, const market::DayBar& b) noexcept {
    return std::abs(a.open - b.open) < same_price && std::abs(a.high - b.high) < same_price &&
           std::abs(a.low - b.low) < same_price && std::abs(a.close - b.close) < same_price;
}

}  // namespace

const Entry* Entries::find(Symbol symbol) const noexcept {
    const auto code = static_cast<std::size_t>(symbol.code());
    const std::int32_t place = code < place_.size() ? place_[code] : 0;
    return place == 0 ? nullptr : &all_[static_cast<std::size_t>(place - 1)];
}

void Entries::put(const Entry& entry) {
    const auto code = static_cast<std::size_t>(entry.symbol.code());
    if (code >= place_.size()) {
        place_.resize(std::max(Symbol::count(), code + 1));
    }
    if (place_[code] == 0) {
        all_.push_back(entry);
        place_[code] = static_cast<std::int32_t>(all_.size());
    } else {
        all_[static_cast<std::size_t>(place_[code] - 1)] = entry;
    }
}

void Entries::save(StateWriter& state) const {
    state.integer(static_cast<std::int64_t>(all_.size()));
    for (const Entry& entry : all_) {
        state.text(entry.symbol.text());
        state.real(entry.bar.open);
        state.real(entry.bar.high);
        state.real(entry.bar.low);
        state.real(entry.bar.close);
        state.real(entry.bar.volume);
        state.real(entry.day_volume);
    }
}

void Entries::restore(StateReader& state) {
    for (std::int64_t left = state.integer(); left > 0; --left) {
        Entry entry;
        entry.symbol = Symbol::intern(state.text());
        entry.bar.open = state.real();
        entry.bar.high = state.real();
        entry.bar.low = state.real();
        entry.bar.close = state.real();
        entry.bar.volume = state.real();
        entry.day_volume = state.real();
        put(entry);
    }
}

void Minute::save(StateWriter& state) const {
    feed.save(state);
    built.save(state);
    state.integer(repeated);
    state.integer(corrected);
    state.integer(rejected);
    state.integer(static_cast<std::int64_t>(late.size()));
    for (const double ms : late) {
        state.real(ms);
    }
    state.integer(revision);
    state.text(emitted);
    state.boolean(pending);
}

void Minute::restore(StateReader& state) {
    feed.restore(state);
    built.restore(state);
    repeated = state.integer();
    corrected = state.integer();
    rejected = state.integer();
    for (std::int64_t left = state.integer(); left > 0; --left) {
        late.push_back(state.real());
    }
    revision = state.integer();
    emitted = state.text();
    pending = state.boolean();
}

Agreement agreement_of(const Entries& feed, const Entries& built) noexcept {
    Agreement result;
    for (const Entry& entry : feed.all()) {
        const Entry* other = built.find(entry.symbol);
        if (other == nullptr) {
            ++result.only_feed;
            continue;
        }
        ++result.compared;
        result.price_mismatch += prices_agree(entry.bar, other->bar) ? 0 : 1;
        result.volume_mismatch +=
            std::abs(entry.bar.volume - other->bar.volume) < same_volume ? 0 : 1;
    }
    result.only_built = static_cast<std::int64_t>(built.all().size()) - result.compared;
    return result;
}

}  // namespace tsflow::feed_quality
