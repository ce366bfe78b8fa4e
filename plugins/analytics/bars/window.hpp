#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "indicators/price.hpp"
#include "sale_conditions.hpp"
#include "tsflow/state.hpp"
#include "tsflow/time.hpp"

namespace tsflow::bars {

/// Sums of prices times sizes, in 1e-12 USD: exact, so that the order of arrival leaves no trace.
__extension__ using Notional = __int128;

/// A trade as its window takes it.
struct Print {
    Timestamp time;
    std::int64_t sequence = 0;  ///< of the tape; decides between trades of one time
    double price = 0;
    market::Shares size = 0;
    Updates updates;
    Timestamp received;
};

/// The volume of several trades, what they cost, and how many they are.
struct Turnover {
    market::Shares volume = 0;
    Notional notional = 0;
    std::int64_t trades = 0;

    void add(const Print& print) noexcept;
    void add(const Turnover& other) noexcept;
    void subtract(const Turnover& other) noexcept;
    /// Volume-weighted average price; nothing without volume.
    std::optional<double> vwap() const noexcept;

    void save(StateWriter& state) const;
    void restore(StateReader& state);
};

/// The trades of one symbol in one window of time.
class Window {
public:
    Window(Timestamp start, Date trade_date) : start_(start), trade_date_(trade_date) {}
    explicit Window(StateReader& state);

    void add(const Print& print) noexcept;

    Timestamp start() const noexcept { return start_; }
    Date trade_date() const noexcept { return trade_date_; }
    /// Whether there is a bar: trades that only have a volume make none.
    bool has_bar() const noexcept { return has_ends_ && has_range_; }
    double open() const noexcept { return open_.price; }
    double high() const noexcept { return high_; }
    double low() const noexcept { return low_; }
    double close() const noexcept { return close_.price; }
    const Turnover& turnover() const noexcept { return turnover_; }
    /// When the newest of the trades was received.
    Timestamp received() const noexcept { return received_; }

    std::int64_t revision = -1;  ///< of the bar as it was emitted last; -1: it was not yet
    bool pending = false;        ///< something is to be emitted

    void save(StateWriter& state) const;

private:
    /// An end of the bar and where in the order of trades it stands.
    struct End {
        Timestamp time;
        std::int64_t sequence = 0;
        double price = 0;
        bool after(const Print& print) const noexcept {
            return time != print.time ? time > print.time : sequence > print.sequence;
        }
    };

    Timestamp start_;
    Date trade_date_;
    bool has_ends_ = false;
    bool has_range_ = false;
    End open_;
    End close_;
    double high_ = 0;
    double low_ = 0;
    Turnover turnover_;
    Timestamp received_;
};

/// The windows of one symbol that may still change, and its day.
class SymbolWindows {
public:
    /// The window that begins at `start`; made when it is not there yet. Then those that end by `expired`
    /// and have nothing to be emitted are dropped.
    Window& find_or_add(Timestamp start, Date trade_date, Timestamp expired, Duration length);
    Window* find(Timestamp start) noexcept;
    /// Counts a trade into the day that is running; an older day's leaves no trace.
    void add_to_day(Date trade_date, const Print& print) noexcept;
    /// Of the window's trading day up to its end; nothing when that day is not the newest one.
    std::optional<Turnover> day_until(const Window& window) const noexcept;

    /// Nothing was ever added.
    bool empty() const noexcept { return day_ == Date{}; }
    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    std::deque<Window> windows_;  ///< ascending
    Date day_{};
    Turnover day_turnover_;
};

}  // namespace tsflow::bars
