#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "indicators/value.hpp"
#include "tsflow/state.hpp"

namespace tsflow::market {

struct RelativeVolumeConfig {
    std::size_t sessions = 10;  ///< of the baseline; TradingView's default
    std::size_t minutes_per_slot =
        1;  ///< 5 takes a fifth of the memory and tells every five minutes
};

/// Today's volume against the mean of the last sessions at the same time of the day, for one symbol;
/// TradingView's "relative volume at time", and for single bars. Minutes without a bar count as volume 0.
/// Unknown before all sessions of the baseline are there, and where their volume is 0.
///
/// A session that closes early leaves no trace in the baseline, and within one the comparison ends with
/// its last minute. Volumes are kept as float, exact up to 16.7 million whole shares a slot: 4 bytes for
/// each slot and session, 15.6 KB for ten sessions by the minute.
class RelativeVolume {
public:
    static constexpr std::size_t minutes = 390;
    static constexpr std::size_t early_close_minutes = 210;

    explicit RelativeVolume(const RelativeVolumeConfig& config = {});

    /// Begins a session; drops what was added since the last `end_session`.
    void begin_session(bool early_close);
    /// The session is over: it joins the baseline, unless it closed early.
    void end_session();

    /// Volume of one minute of the session, counted from 0. A bar that comes again adds the difference to
    /// what it had.
    void add(std::size_t minute, double volume);

    /// Volume up to and including `minute` over the mean volume up to there; of several minutes a slot, up
    /// to the last slot that is over by the end of `minute`.
    double cumulative(std::size_t minute) const noexcept;
    /// The volume of that minute or slot alone.
    double bar(std::size_t minute) const noexcept;
    /// The same for who knows today's volume from elsewhere: `until_slot` of all slots that are over by the
    /// end of `minute`, `slot` of the last of them.
    double cumulative(std::size_t minute, double until_slot) const noexcept;
    double bar(std::size_t minute, double slot) const noexcept;
    /// The whole session against the mean of whole sessions; for when it is over.
    double whole_day() const noexcept;
    /// Sessions in the baseline so far.
    std::size_t base_sessions() const noexcept { return sessions_; }

    /// Volumes grow by the ratio.
    void apply_split(double ratio);
    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    std::size_t slots() const noexcept { return base_.size(); }
    /// How many slots are over by the end of `minute`; 0 when nothing can be compared there.
    std::size_t slots_until(std::size_t minute) const noexcept;
    /// Today's volume over the mean of the past, of which `base` is the sum over all sessions.
    double relative(double today, double base) const noexcept {
        return quotient(today * static_cast<double>(config_.sessions), base);
    }
    void rebuild_base();

    RelativeVolumeConfig config_;
    std::vector<float> past_;    ///< session by session, the slots of each
    std::vector<float> today_;   ///< volume of each slot; empty: none yet
    std::vector<double> base_;   ///< sum of all past sessions up to and including each slot
    double total_ = 0;           ///< of today
    std::size_t last_slot_ = 0;  ///< the greatest with volume today
    std::size_t sessions_ = 0;
    std::size_t next_ = 0;  ///< where in past_ the next session goes
    bool early_close_ = false;
};

}  // namespace tsflow::market
