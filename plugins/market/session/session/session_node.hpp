#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/calendar.hpp"
#include "session/daily_bars.hpp"
#include "session/day_view.hpp"
#include "session/members.hpp"
#include "session/past_days.hpp"
#include "session/session_config.hpp"
#include "session/splits.hpp"
#include "session/stamp.hpp"
#include "tsflow/node.hpp"

namespace tsflow::market {

/// What all analytics share, as the base of their nodes: who belongs to which universe, sessions, the day of
/// each symbol with its corrections, warm-up from history, splits, publishing, snapshots. A node adds what
/// it computes, by overriding the hooks below.
///
///     idle ──(first bar of day D: splits, begin_day)──▶ day D ──(changed …, publish …)──▶
///          ◀──(watermark ≥ close, or live a later day's bar: official bars, commit)──
///
/// Inputs: `bars`, minute bars; `daily`, daily bars of the past, which are over before anything goes out. An
/// input without a name is `bars`. With `daily` alone each daily bar closes its session, and one that comes
/// late, or again and different, has the sessions since played again (PastDays): their rows go out anew.
/// Everything a day commits comes from the official daily bar where there is one, else from the minutes.
///
/// Members are counted by slots from 0: a node's arrays are indexed by them.
class SessionNode : public Transform {
public:
    Ports bind(const Ports& inputs) final;
    void open(Context& context) final;
    void process(Batch batch, Emitter& out) final { process_input(0, std::move(batch), out); }
    void process_input(std::size_t input, Batch batch, Emitter& out) final;
    void advance(Timestamp time, Emitter& out) final;
    void finish_input(std::size_t input, Emitter& out) final;
    void finish(Emitter& out) final;
    std::optional<Millis> tick_every() const noexcept final;
    void tick(Emitter& out) final;

    Memory memory() const noexcept final { return Memory::restored; }
    void snapshot(StateWriter& state) const final;
    void restore(StateReader& state) final;

protected:
    explicit SessionNode(SessionConfig config);

    // What a node adds. All on the node's thread; out of bind(): outputs(). Everything but save() and load()
    // happens again, in the same order, when a day is replayed.

    virtual Ports outputs() = 0;
    /// Forgets everything, members too.
    virtual void clear() = 0;
    /// `slot`, the next number, exists from now on; `day_open()` tells whether in mid-day.
    virtual void add_member(Slot slot) = 0;
    /// Puts all that is kept of the symbol into the terms of after a split. No day is open.
    virtual void apply_split(Slot slot, double ratio) = 0;
    /// All sessions before are committed; nobody has traded yet, in either view. Who belongs to which
    /// universe may have changed.
    virtual void begin_day(const TradingDay& day) = 0;
    /// A symbol's day so far changed in one view. Both states are of this day.
    virtual void changed(View view, Slot slot, const DaySoFar& before, const DaySoFar& now) = 0;
    /// changed() will soon be called for this slot: the memory that it needs may be asked for. Symbols lie all
    /// over a large market, and waiting for memory is most of what a bar costs.
    virtual void fetch(Slot /*slot*/) const noexcept {}
    /// Rows of `stamp.view` for the universes in `stamp.news` go out.
    virtual void publish(const Stamp& stamp, Emitter& out) = 0;
    /// The day is over: `day(View::complete)` is what it came to.
    virtual void commit(const TradingDay& day) = 0;
    /// Right behind commit(), with the day still there, unless it was one of the warm-up: the time for rows
    /// that tell what the day's end has decided. Returns whether any went out.
    virtual bool committed(const Stamp& stamp, Emitter& out);
    /// Symbols to follow whatever the universes are, such as a benchmark; asked when universes are read.
    virtual std::vector<Symbol> others() const;
    /// What is committed; everything of a day that is open is made anew by the hooks above. When it is
    /// loaded there may be more members than there were: those come behind.
    virtual void save(StateWriter& state) const = 0;
    virtual void load(StateReader& state) = 0;
    /// After load(), when a day was open and the hooks have made it anew: for what of it the hooks cannot
    /// know, such as what has gone out.
    virtual void day_restored() {}
    /// A bar of the open day has come, not when a day is made anew. `volume` is the bar's, `day_volume` the
    /// day's up to then, as the column of that name tells it; unknown when it does not.
    virtual void take_day_volume(Slot /*slot*/, int /*minute*/, Shares /*volume*/,
                                 double /*day_volume*/) {}
    /// Whether there may be an input `luld`, of price bands, whose indicators take_luld() is given.
    virtual bool takes_luld() const noexcept { return false; }
    virtual void take_luld(Slot /*slot*/, std::string_view /*indicators*/) {}

    /// For rows that not every session has, in committed(): remembers that `slots` have one now, and gives
    /// those that had one when this session was played before, and have none any more.
    std::vector<Slot> told_before_but_not(const std::vector<Slot>& slots);

    /// How often rows of the open day went out before it was played again: what revisions begin with.
    int times_told() const noexcept { return times_told_; }

    const Members& members() const noexcept { return members_; }
    const DayView& day(View view) const noexcept { return view == View::live ? live_ : complete_; }
    bool day_open() const noexcept { return open_.has_value(); }
    /// All bars of the open day, of whatever minute.
    const Minutes& minutes() const noexcept { return minutes_; }
    /// From open() on.
    const Calendar& calendar() const noexcept { return *calendar_; }
    /// The close of the symbol's session before, in today's terms; unknown for a new listing.
    double previous_close(Slot slot) const noexcept { return previous_close_[slot]; }
    /// Nothing when rows go out with complete minutes only, so that `View::live` is never shown.
    bool live() const noexcept { return config_.publish_every != Duration::zero(); }
    Context& context() const noexcept { return *context_; }

private:
    enum class Input : std::uint8_t { bars, daily, luld };
    struct Columns {
        Input kind = Input::bars;
        std::size_t symbol = 0, timestamp = 0, open = 0, high = 0, low = 0, close = 0, volume = 0;
        std::optional<std::size_t> vwap, day_volume;
        std::size_t indicators = 0;
    };
    struct OpenDay {
        TradingDay day;
        std::int64_t open = 0;   ///< ns UTC
        std::int64_t close = 0;  ///< without the last minute's end
        int minutes = 0;
    };
    struct Waiting {
        Slot slot = no_slot;
        int minute = 0;
        MinuteBar bar;
        double day_volume = unknown;
    };
    struct Counters {
        Counter *rejected, *outside, *too_late, *repeated, *corrected, *unfinished;
    };
    /// What went out of a day, for the next row of the same minute.
    using Revisions = std::vector<std::vector<std::int16_t>>;  // by universe, by minute

    Columns columns_of(const Port& port) const;
    void take_bars(const Columns& columns, const Batch& batch, Emitter& out);
    void take_daily(const Columns& columns, const Batch& batch);
    void take_bands(const Columns& columns, const Batch& batch);
    void assign_universes();
    void read_files_again();
    Slot slot_of(Symbol symbol);
    void make_room();
    void fetch_ahead(const DayView& view, const Symbol* symbols, std::size_t count) const noexcept;

    void take_elsewhere(Slot slot, Timestamp time, const MinuteBar& bar, double day_volume,
                        Emitter& out);
    void put(const Waiting& waiting);
    void show(Slot slot, int minute, const MinuteBar& bar, const MinuteBar* old);
    bool warm() const noexcept { return daily_over_; }
    std::optional<Date> next_day() const;
    OpenDay open_day_of(Date date) const;
    void run_days(std::int64_t until, Emitter& out);
    void open_day(Date date);
    void begin_open_day();
    void split_until(Date date);
    void complete_until(int last, Emitter& out);
    void close_day(Emitter& out);
    bool is_over(Date date) const;
    bool take_back(Date date, Slot slot, const DayBar& bar);
    void go_back(Date date);
    void forget();
    std::string committed_state() const;
    void emit(View view, Status status, int minute, UniverseSet news, Emitter& out);
    bool tell_commit(Status status, Emitter& out);
    Stamp stamp_of(View view, Status status, int minute, UniverseSet news) const;
    void save_closes(StateWriter& state) const;
    void load_closes(StateReader& state);
    void save_day(StateWriter& state) const;
    void load_day(StateReader& state);

    const SessionConfig config_;
    const Calendar* calendar_ = nullptr;
    std::optional<Calendar> own_calendar_;
    std::vector<Split> splits_;
    std::vector<Columns> inputs_;
    bool has_bars_ = false;
    Context* context_ = nullptr;
    Counters counters_{};
    std::uint64_t reloads_ = 0;

    Members members_;
    std::vector<double> previous_close_;
    DailyBars daily_;
    PastDays past_;
    std::optional<Date> quiet_before_;  // sessions that are only played again for what follows them
    std::map<Date, std::vector<Waiting>> waiting_;  // bars of days that are not open yet
    bool daily_over_ = true;
    std::int64_t watermark_;        // ns UTC
    std::optional<Date> last_day_;  // that was committed

    std::optional<OpenDay> open_;
    Minutes minutes_;
    DayView live_;
    DayView complete_{-1};
    UniverseSet live_news_ = 0;
    UniverseSet complete_news_ = 0;
    int live_minute_ = -1;  // the newest with a bar
    Status live_status_ = Status::provisional;
    int times_told_ = 0;
    Revisions revisions_;
    std::int64_t sequence_ = 0;
};

}  // namespace tsflow::market
