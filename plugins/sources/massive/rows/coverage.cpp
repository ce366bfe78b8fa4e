#include "rows/coverage.hpp"

#include <algorithm>
#include <utility>

#include "market/bar.hpp"
#include "massive/channel.hpp"

namespace tsflow::massive {
namespace {

/// That many new windows must be seen before it is sure that a whole one was.
constexpr int windows_awaited = 3;
/// Beyond this the wait for them is given up.
constexpr Duration long_wait = std::chrono::seconds{150};
/// How far event time may be behind the clock to count as live.
constexpr Duration live_lag = std::chrono::minutes{20};
constexpr Duration longest_session = std::chrono::hours{8};
/// Volumes are decimal texts with six digits; less than a share is rounding.
constexpr double volume_tolerance = 1;

constexpr std::uint8_t unknown_connection = 0xff;

Timestamp floor_to(Timestamp time, Duration window) {
    return window.count() == 0 ? time : time - (time.time_since_epoch() % window);
}

std::size_t index_of(Channel channel) {
    return static_cast<std::size_t>(channel);
}

}  // namespace

Duration window_of(Channel channel) noexcept {
    switch (channel) {
        case Channel::minute:
            return std::chrono::minutes{1};
        case Channel::second:
            return std::chrono::seconds{1};
        default:
            return Duration{0};
    }
}

Coverage::Coverage(std::vector<Channel> channels, std::size_t connections)
    : channels_(std::move(channels)), newest_(connections) {
    for (auto& times : newest_) {
        times.fill(Timestamp::min());
    }
    front_.fill(Timestamp::min());
}

void Coverage::name_connection(std::size_t connection, Symbol name) {
    const auto code = static_cast<std::size_t>(name.code());
    if (code >= connection_of_.size()) {
        connection_of_.resize(code + 1, unknown_connection);
    }
    connection_of_[code] = static_cast<std::uint8_t>(connection);
}

Timestamp& Coverage::newest(std::size_t connection, Channel channel) {
    return newest_[connection][index_of(channel)];
}

void Coverage::check_volume(Symbol symbol, Timestamp start, double volume, double day_volume) {
    const auto code = static_cast<std::size_t>(symbol.code());
    if (code >= last_.size()) {
        last_.resize(std::max(code + 1, Symbol::count()));
    }
    LastBar& last = last_[code];
    const Duration window = window_of(Channel::minute);
    const bool follows = last.start != Timestamp::min() && start > last.start + window &&
                         start - last.start < longest_session && day_volume >= last.day_volume;
    if (follows && last.day_volume > 0 && volume > 0 &&
        day_volume - volume - last.day_volume > volume_tolerance) {
        Gap gap;
        gap.symbol = std::string(symbol.text());
        gap.from = last.start + window;
        gap.to = start;
        gap.cause = Cause::volume_jump;
        gap.filled_to = gap.from;
        jumps_.push_back(std::move(gap));
    }
    if (start >= last.start) {
        const bool new_day =
            last.start == Timestamp::min() || start - last.start >= longest_session;
        last.day_volume = new_day ? day_volume : std::max(last.day_volume, day_volume);
        last.start = start;
    } else {
        last.day_volume = std::max(last.day_volume, day_volume);  // a correction of an older bar
    }
}

std::vector<HoleEdge> Coverage::rows(Channel channel, const Batch& batch) {
    const Schema& schema = *batch.schema();
    const auto symbols = batch.column<Symbol>(schema.require("symbol", Type::symbol));
    const auto times = batch.column<Timestamp>(schema.require("timestamp", Type::timestamp));
    const auto connections = batch.column<Symbol>(schema.require("connection", Type::symbol));
    const bool bars = channel == Channel::minute;
    const auto volumes =
        bars ? batch.column<double>(market::bar_column::volume) : std::span<const double>{};
    const std::size_t day_volume = bars ? schema.require("day_volume", Type::float64, "shares") : 0;
    const auto day_volumes = bars ? batch.column<double>(day_volume) : std::span<const double>{};

    std::vector<HoleEdge> ended;
    Timestamp& front = front_[index_of(channel)];
    for (std::size_t row = 0; row < batch.rows(); ++row) {
        const auto code = static_cast<std::size_t>(connections[row].code());
        const std::uint8_t connection =
            code < connection_of_.size() ? connection_of_[code] : unknown_connection;
        if (connection == unknown_connection) {
            continue;
        }
        Timestamp& newest_time = newest(connection, channel);
        newest_time = std::max(newest_time, times[row]);
        front = std::max(front, times[row]);
        if (bars) {
            check_volume(symbols[row], times[row], volumes[row], day_volumes[row]);
        }
        const std::size_t ended_before = ended.size();
        std::erase_if(waiting_, [&](Waiting& waiting) {
            if (waiting.connection != connection || waiting.channel != channel ||
                times[row] <= waiting.newest) {
                return false;
            }
            waiting.newest = times[row];
            if (++waiting.new_windows < windows_awaited) {
                return false;
            }
            ended.push_back({channel, std::move(waiting.tickers), times[row], {}});
            return true;
        });
        for (std::size_t i = ended_before; i < ended.size(); ++i) {
            await_no_more(ended[i].tickers, channel);
        }
    }
    return ended;
}

/// Takes these tickers out of what is awaited, in one channel or in all.
void Coverage::await_no_more(const Tickers& tickers, std::optional<Channel> channel) {
    if (waiting_.empty()) {
        return;
    }
    const std::unordered_set<std::string_view> gone(tickers.begin(), tickers.end());
    std::erase_if(waiting_, [&](Waiting& waiting) {
        if (!channel || waiting.channel == *channel) {
            std::erase_if(waiting.tickers,
                          [&](const std::string& ticker) { return gone.contains(ticker); });
        }
        return waiting.tickers.empty();
    });
}

std::vector<HoleEdge> Coverage::dark(std::size_t connection, const Tickers& tickers,
                                     std::string_view why, Timestamp now) {
    std::vector<HoleEdge> begun;
    // The others that this connection was to bring back come over another one, which is awaited too.
    std::erase_if(waiting_,
                  [&](const Waiting& waiting) { return waiting.connection == connection; });
    await_no_more(tickers, std::nullopt);
    dark_.insert(tickers.begin(), tickers.end());
    for (const Channel channel : channels_) {
        const Duration window = window_of(channel);
        Timestamp from = std::exchange(newest(connection, channel), Timestamp::min());
        if (tickers.empty()) {
            continue;
        }
        if (from == Timestamp::min()) {
            from = delivered(channel).value_or(floor_to(now, window));
        }
        HoleEdge edge{channel, {}, from, std::string(why)};
        HoleEdge later{channel, {}, from + window, std::string(why)};
        for (const std::string& ticker : tickers) {
            const bool has_it =
                channel == Channel::minute && last_bar(Symbol::intern(ticker)) == from;
            (has_it ? later : edge).tickers.push_back(ticker);
        }
        for (HoleEdge* part : {&edge, &later}) {
            if (!part->tickers.empty()) {
                begun.push_back(std::move(*part));
            }
        }
    }
    return begun;
}

void Coverage::covered(std::size_t connection, const Tickers& tickers, Timestamp now) {
    for (const Channel channel : channels_) {
        Timestamp& time = newest(connection, channel);
        if (time == Timestamp::min()) {
            time = delivered(channel).value_or(Timestamp::min());
        }
    }
    std::unordered_set<std::string> awaited;
    for (const Waiting& waiting : waiting_) {
        if (waiting.connection != connection) {
            awaited.insert(waiting.tickers.begin(), waiting.tickers.end());
        }
    }
    Tickers back;
    for (const std::string& ticker : tickers) {
        if (dark_.erase(ticker) > 0 || awaited.contains(ticker)) {
            back.push_back(ticker);
        }
    }
    if (back.empty()) {
        return;
    }
    for (const Channel channel : channels_) {
        waiting_.push_back({connection, channel, back, now, front_[index_of(channel)]});
    }
}

std::vector<HoleEdge> Coverage::waited_long(Timestamp now) {
    std::vector<HoleEdge> ended;
    std::erase_if(waiting_, [&](Waiting& waiting) {
        if (now - waiting.since < long_wait) {
            return false;
        }
        const Duration window = window_of(waiting.channel);
        const Timestamp reached = newest(waiting.connection, waiting.channel);
        Timestamp end;
        if (reached == Timestamp::min() || waiting.since - reached < live_lag) {
            end = floor_to(waiting.since, window) + window;
        } else if (waiting.new_windows > 0) {
            end = waiting.newest + window;
        } else {
            return false;  // a replay that stands still
        }
        ended.push_back({waiting.channel, std::move(waiting.tickers), end, {}});
        return true;
    });
    return ended;
}

std::vector<HoleEdge> Coverage::unwanted(const Tickers& tickers, Timestamp now) {
    std::unordered_set<std::string_view> awaited;
    for (const Waiting& waiting : waiting_) {
        awaited.insert(waiting.tickers.begin(), waiting.tickers.end());
    }
    Tickers in_a_hole;
    for (const std::string& ticker : tickers) {
        if (dark_.erase(ticker) > 0 || awaited.contains(ticker)) {
            in_a_hole.push_back(ticker);
        }
    }
    std::vector<HoleEdge> ended;
    if (in_a_hole.empty()) {
        return ended;
    }
    await_no_more(in_a_hole, std::nullopt);
    for (const Channel channel : channels_) {
        // Until now they were wanted; in a replay that is where the others have come to.
        const Duration window = window_of(channel);
        const Timestamp front = front_[index_of(channel)];
        const bool live = front == Timestamp::min() || now - front < live_lag;
        ended.push_back({channel, in_a_hole, live ? floor_to(now, window) : front + window, {}});
    }
    return ended;
}

bool Coverage::follows(Channel channel) const {
    return std::find(channels_.begin(), channels_.end(), channel) != channels_.end();
}

std::optional<Timestamp> Coverage::delivered(Channel channel) const {
    std::optional<Timestamp> least;
    for (const auto& times : newest_) {
        const Timestamp time = times[index_of(channel)];
        if (time != Timestamp::min()) {
            least = least ? std::min(*least, time) : time;
        }
    }
    return least;
}

Timestamp Coverage::last_bar(Symbol symbol) const {
    const auto code = static_cast<std::size_t>(symbol.code());
    return code < last_.size() ? last_[code].start : Timestamp::min();
}

Tickers Coverage::seen() const {
    Tickers tickers;
    for (std::size_t code = 0; code < last_.size(); ++code) {
        if (last_[code].start != Timestamp::min()) {
            tickers.emplace_back(Symbol::from_code(static_cast<std::int32_t>(code)).text());
        }
    }
    return tickers;
}

}  // namespace tsflow::massive
