#include "ticks.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "new_york.hpp"
#include "random.hpp"

namespace tsflow::massive_sim {

namespace {

constexpr std::int64_t fair_portion = 10'000;  // events
constexpr std::int64_t ns_per_ms = 1'000'000;
constexpr std::array<Channel, channel_count - 1> tick_channels{Channel::second,    Channel::trades,
                                                               Channel::quotes,    Channel::luld,
                                                               Channel::imbalance, Channel::fmv};
enum class Kind : std::uint64_t { trade = 0x200, quote };

double to_cents(double price) {
    constexpr double cents = 100;
    return std::round(price * cents) / cents;
}

/// Of `rate` events a second, spread evenly over the minute: the number of the first at or after `ms`.
std::int64_t first_event(std::int64_t ms, std::int64_t rate) {
    return (ms * rate + ms_per_second - 1) / ms_per_second;
}

void append_field(std::string& out, std::string_view name, std::int64_t value) {
    out += name;
    append_number(out, value);
}

void append_field(std::string& out, std::string_view name, double value) {
    out += name;
    append_number(out, value);
}

}  // namespace

bool Ticks::wanted() const {
    return std::ranges::any_of(tick_channels,
                               [this](Channel channel) { return feed_.wants(channel); });
}

std::int64_t Ticks::slice_ms() const {
    std::int64_t rate = 0;
    rate += feed_.wants(Channel::trades) ? options_.trades_per_second : 0;
    rate += feed_.wants(Channel::quotes) ? options_.quotes_per_second : 0;
    return std::clamp<std::int64_t>(fair_portion * ms_per_second / std::max<std::int64_t>(rate, 1),
                                    1, wanted() ? ms_per_second : ms_per_minute);
}

void Ticks::enter(std::int64_t minute) {
    minute_ = minute;
    running_.resize(market_.symbols().size());
    for (std::size_t symbol = 0; symbol < running_.size(); ++symbol) {
        Running& running = running_[symbol];
        running.path.reset();
        if (const auto bar = market_.bar(symbol, minute)) {
            running.path.emplace(*bar, mix(market_.symbols()[symbol]));
        }
        running.day = market_.day_before(symbol, minute);
    }
}

void Ticks::play(std::int64_t minute, std::int64_t from_ms, std::int64_t to_ms, Events& out) {
    if (minute != minute_ || running_.size() < market_.symbols().size()) {
        enter(minute);
    }
    const std::int64_t begin_ms = minute * ms_per_minute;
    if (from_ms <= begin_ms && to_ms > begin_ms) {
        begin_of_minute(begin_ms, out);
    }
    from_ms = std::max(from_ms, begin_ms);
    while (from_ms < to_ms) {
        const auto second = static_cast<int>((from_ms - begin_ms) / ms_per_second);
        const std::int64_t second_end = begin_ms + (second + 1) * ms_per_second;
        const std::int64_t until = std::min(to_ms, second_end);
        within_second(second, from_ms - begin_ms, until - begin_ms, out);
        if (until == second_end) {
            end_of_second(second, second_end, out);
        }
        from_ms = until;
    }
}

void Ticks::begin_of_minute(std::int64_t now_ms, Events& out) {
    const bool luld = feed_.wants(Channel::luld);
    const bool imbalance = feed_.wants(Channel::imbalance);
    if (!luld && !imbalance) {
        return;
    }
    const NewYork local = new_york(now_ms);
    constexpr std::int64_t minutes_per_hour = 60;
    const std::int64_t clock =
        local.minute / minutes_per_hour * 100 + local.minute % minutes_per_hour;
    for (std::size_t symbol = 0; symbol < running_.size(); ++symbol) {
        Running& running = running_[symbol];
        if (!running.path) {
            continue;
        }
        const std::string& ticker = market_.symbols()[symbol];
        const double price = running.path->bar().open;
        if (luld && feed_.wants(Channel::luld, symbol)) {
            constexpr double band = 0.05;
            out.add(Channel::luld, symbol, [&](std::string& json) {
                json += R"({"ev":"LULD","T":")" + ticker + '"';
                append_field(json, R"(,"h":)", to_cents(price * (1 + band)));
                append_field(json, R"(,"l":)", to_cents(price * (1 - band)));
                append_field(json, R"(,"i":[16],"z":3,"t":)", now_ms * ns_per_ms);
                append_field(json, R"(,"q":)", ++running.sequence);
                json += '}';
            });
        }
        if (imbalance && feed_.wants(Channel::imbalance, symbol)) {
            const auto shares = static_cast<std::int64_t>(running.path->bar().volume);
            out.add(Channel::imbalance, symbol, [&](std::string& json) {
                json += R"({"ev":"NOI","T":")" + ticker + '"';
                append_field(json, R"(,"t":)", now_ms * ns_per_ms);
                append_field(json, R"(,"at":)", clock);
                append_field(json, R"(,"a":"M","i":)", ++running.sequence);
                append_field(json, R"(,"x":10,"o":)", shares / 3);
                append_field(json, R"(,"p":)", shares);
                append_field(json, R"(,"b":)", price);
                json += '}';
            });
        }
    }
}

/// Trades and quotes of a part of the second; times are those since the minute's beginning.
void Ticks::within_second(int second, std::int64_t from_ms, std::int64_t to_ms, Events& out) {
    const std::int64_t begin_ms = minute_ * ms_per_minute;
    const auto each = [&](Kind kind, Channel channel, std::int64_t rate, auto make) {
        if (rate == 0 || running_.empty() || !feed_.wants(channel)) {
            return;
        }
        const std::uint64_t salt =
            mix(static_cast<std::uint64_t>(options_.seed) ^ static_cast<std::uint64_t>(kind),
                static_cast<std::uint64_t>(minute_));
        const std::int64_t end = first_event(to_ms, rate);
        for (std::int64_t i = first_event(from_ms, rate); i < end; ++i) {
            const std::uint64_t draw = mix(salt ^ static_cast<std::uint64_t>(i));
            const std::size_t symbol = draw % running_.size();
            const auto& path = running_[symbol].path;
            if (path && feed_.wants(channel, symbol)) {
                const std::int64_t ms = begin_ms + i * ms_per_second / rate;
                make(symbol, draw >> 32, path->price(second), ms);
            }
        }
    };
    each(Kind::trade, Channel::trades, options_.trades_per_second,
         [&](std::size_t symbol, std::uint64_t draw, double price, std::int64_t ms) {
             trade(symbol, draw, price, ms, out);
         });
    each(Kind::quote, Channel::quotes, options_.quotes_per_second,
         [&](std::size_t symbol, std::uint64_t draw, double price, std::int64_t ms) {
             quote(symbol, draw, price, ms, out);
         });
}

void Ticks::trade(std::size_t symbol, std::uint64_t draw, double price, std::int64_t ms,
                  Events& out) {
    constexpr std::uint64_t most_shares = 400;
    constexpr std::int64_t round_lot = 100;
    const auto size = static_cast<std::int64_t>(1 + draw % most_shares);
    const bool has_fraction = happens(mix(draw), options_.fractional_percent);
    const bool off_exchange = (draw >> 10) % 3 == 0;
    const std::int64_t sequence = ++running_[symbol].sequence;
    out.add(Channel::trades, symbol, [&](std::string& json) {
        json += R"({"ev":"T","sym":")";
        json += market_.symbols()[symbol];
        json += off_exchange ? R"(","x":4,"i":")" : R"(","x":11,"i":")";
        append_number(json, sequence);
        append_field(json, R"(","z":3,"p":)", price);
        append_field(json, R"(,"s":)", size);
        append_field(json, R"(,"ds":")", size);
        json += has_fraction ? R"(.500000")" : R"(.0")";
        if (size < round_lot) {
            json += R"(,"c":[37])";  // an odd lot
        }
        append_field(json, R"(,"t":)", ms);
        append_field(json, R"(,"q":)", sequence);
        if (off_exchange) {
            append_field(json, R"(,"trfi":202,"trft":)", ms);
        }
        json += '}';
    });
}

void Ticks::quote(std::size_t symbol, std::uint64_t draw, double price, std::int64_t ms,
                  Events& out) {
    constexpr std::uint64_t most_lots = 12;
    constexpr double cent = 0.01;
    const double half_spread = cent * static_cast<double>(1 + draw % 3);
    const std::int64_t sequence = ++running_[symbol].sequence;
    out.add(Channel::quotes, symbol, [&](std::string& json) {
        json += R"({"ev":"Q","sym":")";
        json += market_.symbols()[symbol];
        append_field(json, R"(","bx":12,"bp":)", to_cents(price - half_spread));
        append_field(json, R"(,"bs":)", static_cast<std::int64_t>(1 + (draw >> 4) % most_lots));
        append_field(json, R"(,"ax":11,"ap":)", to_cents(price + half_spread));
        append_field(json, R"(,"as":)", static_cast<std::int64_t>(1 + (draw >> 8) % most_lots));
        append_field(json, R"(,"c":0,"t":)", ms);
        append_field(json, R"(,"q":)", sequence);
        json += R"(,"z":3})";
    });
}

void Ticks::end_of_second(int second, std::int64_t end_ms, Events& out) {
    const bool aggregates = feed_.wants(Channel::second);
    const bool values = feed_.wants(Channel::fmv);
    if (!aggregates && !values) {
        return;
    }
    for (std::size_t symbol = 0; symbol < running_.size(); ++symbol) {
        Running& running = running_[symbol];
        if (!running.path) {
            continue;
        }
        const std::string& ticker = market_.symbols()[symbol];
        const std::optional<Bar> bar =
            aggregates ? running.path->second(second) : std::optional<Bar>{};
        if (bar) {
            add(running.day, *bar);
            if (feed_.wants(Channel::second, symbol)) {
                out.add(Channel::second, symbol, [&](std::string& json) {
                    append_aggregate(json, "A", ticker, *bar, running.day, end_ms - ms_per_second,
                                     end_ms);
                });
            }
        }
        if (values && feed_.wants(Channel::fmv, symbol)) {
            out.add(Channel::fmv, symbol, [&](std::string& json) {
                append_field(json, R"({"ev":"FMV","fmv":)", running.path->price(second));
                json += R"(,"sym":")" + ticker + '"';
                append_field(json, R"(,"t":)", end_ms * ns_per_ms);
                json += '}';
            });
        }
    }
}

void Ticks::end_of_minute(const std::vector<Update>& updates, Events& out) const {
    for (const Update& update : updates) {
        if (feed_.wants(Channel::minute, update.symbol)) {
            const std::int64_t start = update.bar.minute * ms_per_minute;
            out.add(Channel::minute, update.symbol, [&](std::string& json) {
                append_aggregate(json, "AM", market_.symbols()[update.symbol], update.bar,
                                 update.day, start, start + ms_per_minute);
            });
        }
    }
}

}  // namespace tsflow::massive_sim
