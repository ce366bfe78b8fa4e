#pragma once

#include <cstdint>
#include <optional>

#include "indicators/moving_average.hpp"

namespace tsflow::market {

struct McClellanConfig {
    Seed seed = Seed::sma;
    /// (A - D) / (A + D), ChartSchool, which does not depend on the number of issues; otherwise A - D as
    /// in the first publication.
    bool ratio_adjusted = true;
    double scale = 1000;  ///< of the ratio; the classic form has none
    double start = 0;     ///< of the summation; 1000 in the classic convention
};

struct McClellanValues {
    double net = unknown;         ///< what is averaged: RANA, or A - D
    double average19 = unknown;   ///< alpha 0.10, "10 % trend"
    double average39 = unknown;   ///< alpha 0.05, "5 % trend"
    double oscillator = unknown;  ///< their difference
    double summation = unknown;   ///< the running sum of the oscillator
};

/// McClellan oscillator and summation index. Sherman and Marian McClellan, Patterns for Profit (1970);
/// the ratio-adjusted form and the seed by a simple average from ChartSchool, the seed by the first value
/// from Stocks & Commodities V11:7 (1993). With the seed by an average there are values from the 39th
/// session on; the seed's weight in the slow average falls by 5 % a session, to 0.05 % after 150: show
/// a warning before `settled_after`.
///
/// Check of it: over sessions a < t <= b, sum of MO = 19 (T5_b - T5_a) - 9 (T10_b - T10_a).
class McClellan {
public:
    static constexpr std::int64_t settled_after = 150;

    explicit McClellan(const McClellanConfig& config = {});

    /// A session without advances and declines is left out.
    void commit(std::int64_t advancing, std::int64_t declining) noexcept;
    const McClellanValues& values() const noexcept { return values_; }
    McClellanValues live(std::int64_t advancing, std::int64_t declining) const noexcept;
    std::int64_t sessions() const noexcept { return slow_.count(); }

    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    double net_of(std::int64_t advancing, std::int64_t declining) const noexcept;
    McClellanValues values_of(double net, double fast, double slow) const noexcept;

    McClellanConfig config_;
    Ema fast_;
    Ema slow_;
    McClellanValues values_;
};

/// What is averaged for the breadth thrust.
enum class ThrustKind : std::uint8_t {
    ema_of_ratio,   ///< EMA10 of A / (A + D): Fincyclopedia, Gregory Morris; the default
    sma_of_ratio,   ///< SMA10 of it: TC2000's T2103
    ratio_of_emas,  ///< EMA(A) / (EMA(A) + EMA(D))
};

struct ThrustValues {
    double value = unknown;
    bool event = false;
    /// Sessions since the last one below the low bound, 0 on it; nothing before the first.
    std::optional<std::int32_t> since_low;
};

/// Breadth thrust after Martin Zweig, Winning on Wall Street (1986): the average goes from below 0.40 to
/// above 0.615 within ten sessions, counted from the last session below 0.40. A low gives one event at most.
class BreadthThrust {
public:
    static constexpr double low = 0.40;
    static constexpr double high = 0.615;
    static constexpr std::int32_t within = 10;
    static constexpr std::size_t period = 10;

    explicit BreadthThrust(ThrustKind kind = ThrustKind::ema_of_ratio, Seed seed = Seed::sma);

    /// A session without advances and declines is left out.
    void commit(std::int64_t advancing, std::int64_t declining);
    const ThrustValues& values() const noexcept { return values_; }
    /// Provisional: an event counts only when it is committed.
    ThrustValues live(std::int64_t advancing, std::int64_t declining) const;

    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    ThrustValues next(double value) const noexcept;

    ThrustKind kind_;
    Sma mean_;
    Ema ratio_;
    Ema advancing_;
    Ema declining_;
    ThrustValues values_;
    bool armed_ = false;
};

}  // namespace tsflow::market
