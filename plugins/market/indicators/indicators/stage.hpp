#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "indicators/value.hpp"
#include "indicators/window.hpp"

namespace tsflow::market {

/// The four stages of a price, after Stan Weinstein, Secrets for Profiting in Bull and Bear Markets (1988).
enum class Stage : std::uint8_t {
    undetermined = 0,
    basing = 1,
    advancing = 2,
    topping = 3,
    declining = 4,
};

/// By weeks; by sessions it would be 150, 20 and confirm 5.
struct StageConfig {
    std::size_t average = 30;       ///< periods of the mean of closes
    std::size_t slope_periods = 4;  ///< over how many its slope is taken
    double slope = 0.02;            ///< ts, fraction
    double distance = 0.03;         ///< td, fraction
    std::int32_t confirm = 2;
    /// How many periods back a close may be corrected.
    std::size_t correctable = 34;
};

/// What the running or the last period says, whatever the stage.
struct StageReading {
    double average = unknown;
    double slope = unknown;     ///< s = MA / MA `slope_periods` ago - 1
    double distance = unknown;  ///< d = C / MA - 1
    Stage target = Stage::undetermined;

    /// Close to the average, where stages begin and end.
    bool near_average(const StageConfig& config) const noexcept;
};

/// `stage_v1`, inspired by Weinstein, whose own rules are for the eye. Stages 1 and 3 look alike, and only
/// what came before tells them apart:
///
///     up = s >= ts and d >= td                        dn = s <= -ts and d <= -td
///
///     any ── up ──▶ 2 ── |s| < ts/2 or s < 0 or d <= -td ──▶ 3
///     any ── dn ──▶ 4 ── |s| < ts/2 or s > 0 or d >= +td ──▶ 1
///
/// up and dn come first; else the stage stays. It changes when `confirm` committed periods in a row have
/// had the same target; out of `undetermined`, at the first. Needs average + slope_periods closes.
class StageMachine {
public:
    static constexpr std::string_view version = "stage_v1";

    explicit StageMachine(const StageConfig& config = {});

    /// A period is over. Returns whether the stage has changed.
    bool commit(double close);
    /// What the running period says so far: `target` is where the stage would go if it ended like this for
    /// as long as it takes, `stage_live` in the outputs. Never durable.
    StageReading live(double close) const;
    /// The same of the last committed period.
    const StageReading& reading() const noexcept { return reading_; }

    Stage stage() const noexcept { return now_.stage; }
    /// The stage that waits for confirmation, and for how many periods it has been seen; else the stage
    /// itself and 0.
    Stage pending() const noexcept;
    std::int32_t pending_count() const noexcept { return now_.pending_count; }
    /// Committed periods in this stage, 1 in the first; 0 while undetermined.
    std::int32_t periods_in_stage() const noexcept { return now_.periods; }

    /// Replaces the close of `age` periods before the newest and plays back what followed, as if it had
    /// been so at once. False, and nothing is changed, when that is longer ago than what is kept.
    bool correct(std::size_t age, double close);

    /// Does not change any reading: all are ratios.
    void apply_split(double ratio);
    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    struct State {
        Stage stage = Stage::undetermined;
        Stage pending = Stage::undetermined;
        std::int32_t pending_count = 0;
        std::int32_t periods = 0;
    };

    /// What a reading is made of beside its close.
    struct Sums {
        double others = unknown;   ///< the other closes of its average
        double earlier = unknown;  ///< those of the average that its slope begins with
    };

    Sums sums(std::size_t newest) const noexcept;
    StageReading read(double close, const Sums& sums) const noexcept;
    Stage target(const StageReading& reading) const noexcept;
    void step(double close, std::size_t newest);

    StageConfig config_;
    Window<double> closes_;
    std::vector<State> before_;  ///< the states before the newest periods, oldest first
    State now_;
    StageReading reading_;
    Sums running_;  ///< of the running period
};

/// Whether a week's volume is at least `times` the mean of the four weeks before: the flag vol_ok, and the
/// ratio. Flags stand beside a stage and never gate it.
class WeekVolume {
public:
    explicit WeekVolume(std::size_t weeks = 4) : weeks_(weeks) {}

    /// Volume over the mean of the weeks before it; unknown without all of them.
    double live(double volume) const noexcept;
    /// The week is over: its ratio becomes `value`.
    void commit(double volume);
    double value() const noexcept { return value_; }

    void apply_split(double ratio);
    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    Window<double> weeks_;
    double value_ = unknown;
};

}  // namespace tsflow::market
