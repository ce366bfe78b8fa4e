#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "session/day_so_far.hpp"
#include "session/members.hpp"

namespace tsflow::market {

/// All minute bars of one session, by symbol and minute, so that a bar that comes again replaces the old one
/// whenever it comes, and the order of arrival leaves no trace. Memory of a day is used again for the next.
///
/// A symbol's bars lie in chunks of half an hour, made when the first bar of one comes:
///
///     slot ──▶ [ chunk of minutes 0–29 | 30–59 | … ] ──▶ mask of bars that are there, 30 bars
class Minutes {
public:
    /// A full session and the closing bar.
    static constexpr int most = 391;

    enum class Put : std::uint8_t { added, replaced, repeated };

    void resize(std::size_t members) { chunks_.resize(members); }
    void clear();
    bool empty() const noexcept { return used_ == 0; }

    /// `minute` is below `most`. `old` receives what a replaced one was.
    Put put(Slot slot, int minute, const MinuteBar& bar, MinuteBar& old);
    /// Null when there is none.
    const MinuteBar* find(Slot slot, int minute) const noexcept;
    /// Asks for the memory of what will soon be looked at: where a symbol's bars are, and, once that is
    /// there, one of them.
    void fetch(Slot slot) const noexcept { __builtin_prefetch(&chunks_[slot]); }
    void fetch_bar(Slot slot, int minute) const noexcept {
        const Chunk* chunk = chunks_[slot][static_cast<std::size_t>(minute / chunk_minutes)];
        if (chunk != nullptr) {
            __builtin_prefetch(chunk, 1);
            __builtin_prefetch(&chunk->bars[static_cast<std::size_t>(minute % chunk_minutes)], 1);
        }
    }
    /// What the bars up to and with `until` come to.
    DaySoFar so_far(Slot slot, int until) const noexcept;
    /// Who has a bar of that minute, in the order of arrival.
    const std::vector<Slot>& of_minute(int minute) const noexcept {
        return by_minute_[static_cast<std::size_t>(minute)];
    }

    void save(StateWriter& state) const;
    /// Of as many members as `resize` made room for.
    void restore(StateReader& state);

private:
    static constexpr int chunk_minutes = 30;
    static constexpr std::size_t chunks_a_day = (most + chunk_minutes - 1) / chunk_minutes;
    struct Chunk {
        std::uint32_t there = 0;  ///< a bit for each minute
        std::array<MinuteBar, chunk_minutes> bars;
    };

    Chunk& chunk_of(Slot slot, int minute);

    std::vector<std::array<Chunk*, chunks_a_day>> chunks_;
    std::deque<Chunk> pool_;  // grows, and never moves its chunks
    std::size_t used_ = 0;
    std::array<std::vector<Slot>, most> by_minute_;
};

}  // namespace tsflow::market
