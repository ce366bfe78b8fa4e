#include "indicators/oscillators.hpp"

namespace tsflow::market {

namespace {

constexpr std::size_t fast_period = 19;
constexpr std::size_t slow_period = 39;
constexpr std::int32_t never = -1;

}  // namespace

McClellan::McClellan(const McClellanConfig& config)
    : config_(config), fast_(fast_period, config.seed), slow_(slow_period, config.seed) {
    values_.summation = config.start;
}

double McClellan::net_of(std::int64_t advancing, std::int64_t declining) const noexcept {
    const auto issues = static_cast<double>(advancing + declining);
    const auto net = static_cast<double>(advancing - declining);
    if (issues == 0) {
        return unknown;
    }
    return config_.ratio_adjusted ? config_.scale * net / issues : net;
}

McClellanValues McClellan::values_of(double net, double fast, double slow) const noexcept {
    McClellanValues next;
    next.net = net;
    next.average19 = fast;
    next.average39 = slow;
    next.oscillator = fast - slow;
    next.summation = values_.summation + (known(next.oscillator) ? next.oscillator : 0);
    return next;
}

void McClellan::commit(std::int64_t advancing, std::int64_t declining) noexcept {
    const double net = net_of(advancing, declining);
    if (known(net)) {
        fast_.commit(net);
        slow_.commit(net);
        values_ = values_of(net, fast_.value(), slow_.value());
    }
}

McClellanValues McClellan::live(std::int64_t advancing, std::int64_t declining) const noexcept {
    const double net = net_of(advancing, declining);
    return known(net) ? values_of(net, fast_.live(net), slow_.live(net)) : values_;
}

void McClellan::save(StateWriter& state) const {
    fast_.save(state);
    slow_.save(state);
    state.real(values_.net);
    state.real(values_.summation);
}

void McClellan::restore(StateReader& state) {
    fast_.restore(state);
    slow_.restore(state);
    const double net = state.real();
    values_ = values_of(net, fast_.value(), slow_.value());
    values_.summation = state.real();
}

BreadthThrust::BreadthThrust(ThrustKind kind, Seed seed)
    : kind_(kind),
      mean_(period),
      ratio_(period, seed),
      advancing_(period, seed),
      declining_(period, seed) {}

ThrustValues BreadthThrust::next(double value) const noexcept {
    ThrustValues next;
    next.value = value;
    if (value < low) {
        next.since_low = 0;
    } else if (values_.since_low) {
        next.since_low = *values_.since_low + 1;
    }
    next.event = armed_ && value > high && next.since_low && *next.since_low <= within;
    return next;
}

void BreadthThrust::commit(std::int64_t advancing, std::int64_t declining) {
    if (advancing + declining == 0) {
        return;
    }
    const auto up = static_cast<double>(advancing);
    const auto down = static_cast<double>(declining);
    const ThrustValues now = live(advancing, declining);
    switch (kind_) {
        case ThrustKind::ema_of_ratio:
            ratio_.commit(up / (up + down));
            break;
        case ThrustKind::sma_of_ratio:
            mean_.commit(up / (up + down));
            break;
        case ThrustKind::ratio_of_emas:
            advancing_.commit(up);
            declining_.commit(down);
            break;
    }
    values_ = now;
    armed_ = now.value < low || (armed_ && !(now.value > high));
}

ThrustValues BreadthThrust::live(std::int64_t advancing, std::int64_t declining) const {
    if (advancing + declining == 0) {
        return values_;
    }
    const auto up = static_cast<double>(advancing);
    const auto down = static_cast<double>(declining);
    switch (kind_) {
        case ThrustKind::ema_of_ratio:
            return next(ratio_.live(up / (up + down)));
        case ThrustKind::sma_of_ratio:
            return next(mean_.live(up / (up + down)));
        case ThrustKind::ratio_of_emas:
            return next(quotient(advancing_.live(up), advancing_.live(up) + declining_.live(down)));
    }
    return {};
}

void BreadthThrust::save(StateWriter& state) const {
    mean_.save(state);
    ratio_.save(state);
    advancing_.save(state);
    declining_.save(state);
    state.real(values_.value);
    state.boolean(values_.event);
    state.integer(values_.since_low.value_or(never));
    state.boolean(armed_);
}

void BreadthThrust::restore(StateReader& state) {
    mean_.restore(state);
    ratio_.restore(state);
    advancing_.restore(state);
    declining_.restore(state);
    values_.value = state.real();
    values_.event = state.boolean();
    const auto since_low = static_cast<std::int32_t>(state.integer());
    values_.since_low = since_low == never ? std::nullopt : std::optional{since_low};
    armed_ = state.boolean();
}

}  // namespace tsflow::market
