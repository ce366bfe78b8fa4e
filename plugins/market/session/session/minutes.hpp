#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "session/day_so_far.hpp"
#include "session/members.hpp"
#include "session/minute_chunk.hpp"

namespace tsflow::market {

/// All minute bars of one session, by symbol and minute, so that a bar that comes again replaces the old one
/// whenever it comes, and the order of arrival leaves no trace.
///
/// A symbol's bars lie in chunks of sixteen minutes. Only the chunk that was written last is its own;
/// the others are shared with all nodes of the process that hold equal ones:
///
///     slot ──▶ [ shared │ shared │ … │ own │ null … ]
///
/// Where the chunks of a symbol begin depends on the symbol, so that not all are exchanged in one minute.
class Minutes {
public:
    /// A full session and the closing bar.
    static constexpr int most = 391;

    enum class Put : std::uint8_t { added, replaced, repeated };

    Minutes() = default;
    Minutes(const Minutes&) = delete;
    Minutes& operator=(const Minutes&) = delete;
    ~Minutes() { clear(); }

    void make_room(std::size_t members) { market::make_room(days_, members); }
    /// The next slot is this symbol's.
    void add(Symbol symbol);
    std::size_t size() const noexcept { return days_.size(); }
    /// Forgets all bars and keeps the slots.
    void clear();
    /// Forgets the slots, too.
    void reset();
    bool empty() const noexcept { return bars_ == 0; }

    /// `minute` is below `most`. `old` receives what a replaced one was.
    Put put(Slot slot, int minute, const MinuteBar& bar, MinuteBar& old);
    std::optional<MinuteBar> find(Slot slot, int minute) const noexcept;
    bool has(Slot slot, int minute) const noexcept { return packed(slot, minute) != nullptr; }
    /// Of one bar: its close, unknown when there is none, and its volume, then 0.
    double close(Slot slot, int minute) const noexcept;
    Shares volume(Slot slot, int minute) const noexcept;
    /// How many symbols have a bar of that minute.
    std::uint32_t bars_of(int minute) const noexcept {
        return by_minute_[static_cast<std::size_t>(minute)];
    }
    /// Asks for the memory of what will soon be looked at: where a symbol's bars are, and, once that is
    /// there, one of them.
    void fetch(Slot slot, int minute) const noexcept {
        const Day& day = days_[slot];
        __builtin_prefetch(&day.own);
        __builtin_prefetch(&day.chunks[static_cast<std::size_t>(minute / chunk_minutes)]);
    }
    void fetch_bar(Slot slot, int minute) const noexcept;
    /// What the bars up to and with `until` come to.
    DaySoFar so_far(Slot slot, int until) const noexcept;

    void save(StateWriter& state) const;
    /// Into as many slots as were added.
    void restore(StateReader& state);

private:
    static constexpr int chunk_minutes = MinuteChunk::minutes;
    static constexpr int chunks_a_day = (most + 2 * (chunk_minutes - 1)) / chunk_minutes;
    struct Day {
        std::array<const MinuteChunk*, chunks_a_day> chunks{};
        std::int16_t own = -1;   ///< which of them is no shared one
        std::int16_t phase = 0;  ///< minutes that its first chunk begins before the session
    };

    const PackedBar* packed(Slot slot, int minute) const noexcept {
        const Day& day = days_[slot];
        const int at = minute + day.phase;
        const MinuteChunk* chunk = day.chunks[static_cast<std::size_t>(at / chunk_minutes)];
        return chunk != nullptr && chunk->has(at % chunk_minutes)
                   ? &chunk->bars[static_cast<std::size_t>(at % chunk_minutes)]
                   : nullptr;
    }
    MinuteBar unpacked(Slot slot, int minute, const PackedBar& bar) const noexcept;
    static std::uint64_t key(Slot slot, int minute) noexcept {
        return std::uint64_t{slot} * most + static_cast<std::uint64_t>(minute);
    }
    MinuteChunk& own_chunk(Day& day, int index);
    void share(Day& day);

    std::vector<Day> days_;
    std::deque<MinuteChunk> own_;                             // grows, and never moves its chunks
    std::vector<MinuteChunk*> unused_;                        // of those
    std::unordered_map<std::uint64_t, MinuteBar> elsewhere_;  // bars that cannot be packed
    std::array<std::uint32_t, most> by_minute_{};
    std::size_t bars_ = 0;
};

}  // namespace tsflow::market
