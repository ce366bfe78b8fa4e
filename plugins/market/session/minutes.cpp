#include "session/minutes.hpp"

#include <bit>
#include <cstring>
#include <string>
#include <string_view>

#include "session/shared_chunks.hpp"
#include "tsflow/error.hpp"

namespace tsflow::market {

void Minutes::add(Symbol symbol) {
    Day day;
    // The same in all nodes, so that their chunks are equal.
    day.phase = static_cast<std::int16_t>(symbol.code() % chunk_minutes);
    days_.push_back(day);
}

void Minutes::clear() {
    SharedChunks& shared = SharedChunks::of_process();
    for (Day& day : days_) {
        for (int i = 0; i < chunks_a_day; ++i) {
            const MinuteChunk*& chunk = day.chunks[static_cast<std::size_t>(i)];
            if (chunk != nullptr && i != day.own) {
                shared.release(chunk);
            }
            chunk = nullptr;
        }
        day.own = -1;
    }
    unused_.clear();
    for (MinuteChunk& chunk : own_) {
        unused_.push_back(&chunk);
    }
    elsewhere_.clear();
    by_minute_.fill(0);
    bars_ = 0;
}

void Minutes::reset() {
    clear();
    days_.clear();
}

/// Hands the day's own chunk over to what all share.
void Minutes::share(Day& day) {
    const MinuteChunk*& chunk = day.chunks[static_cast<std::size_t>(day.own)];
    // The pool's chunks are no constants; this pointer just cannot say so for one of many.
    auto* const own = const_cast<MinuteChunk*>(chunk);
    chunk = SharedChunks::of_process().share(*own);
    unused_.push_back(own);
    day.own = -1;
}

MinuteChunk& Minutes::own_chunk(Day& day, int index) {
    const MinuteChunk*& chunk = day.chunks[static_cast<std::size_t>(index)];
    if (index != day.own) {
        if (day.own >= 0) {
            share(day);
        }
        if (unused_.empty()) {
            unused_.push_back(&own_.emplace_back());
        }
        MinuteChunk* const own = unused_.back();
        unused_.pop_back();
        if (chunk == nullptr) {
            std::memset(static_cast<void*>(own), 0, sizeof *own);
        } else {
            *own = *chunk;
            SharedChunks::of_process().release(chunk);
        }
        chunk = own;
        day.own = static_cast<std::int16_t>(index);
    }
    return *const_cast<MinuteChunk*>(chunk);
}

MinuteBar Minutes::unpacked(Slot slot, int minute, const PackedBar& bar) const noexcept {
    return bar.average == PackedBar::elsewhere ? elsewhere_.find(key(slot, minute))->second
                                               : bar.unpack();
}

Minutes::Put Minutes::put(Slot slot, int minute, const MinuteBar& bar, MinuteBar& old) {
    const PackedBar* const before = packed(slot, minute);
    if (before != nullptr) {
        old = unpacked(slot, minute, *before);
        if (old == bar) {
            return Put::repeated;
        }
    }
    std::optional<PackedBar> small = PackedBar::pack(bar);
    if (!small) {
        elsewhere_[key(slot, minute)] = bar;
        small = PackedBar{};
        small->average = PackedBar::elsewhere;
    }
    Day& day = days_[slot];
    const int at = minute + day.phase;
    MinuteChunk& chunk = own_chunk(day, at / chunk_minutes);
    chunk.bars[static_cast<std::size_t>(at % chunk_minutes)] = *small;
    if (before != nullptr) {
        return Put::replaced;
    }
    chunk.there = static_cast<std::uint16_t>(chunk.there | 1U << (at % chunk_minutes));
    ++by_minute_[static_cast<std::size_t>(minute)];
    ++bars_;
    return Put::added;
}

std::optional<MinuteBar> Minutes::find(Slot slot, int minute) const noexcept {
    const PackedBar* const bar = packed(slot, minute);
    return bar == nullptr ? std::nullopt : std::optional{unpacked(slot, minute, *bar)};
}

double Minutes::close(Slot slot, int minute) const noexcept {
    const PackedBar* const bar = packed(slot, minute);
    if (bar == nullptr) {
        return unknown;
    }
    return bar->average == PackedBar::elsewhere ? unpacked(slot, minute, *bar).close
                                                : bar->close_usd();
}

Shares Minutes::volume(Slot slot, int minute) const noexcept {
    const PackedBar* const bar = packed(slot, minute);
    if (bar == nullptr) {
        return 0;
    }
    return bar->average == PackedBar::elsewhere ? unpacked(slot, minute, *bar).volume
                                                : bar->shares();
}

void Minutes::fetch_bar(Slot slot, int minute) const noexcept {
    const Day& day = days_[slot];
    const int at = minute + day.phase;
    const MinuteChunk* chunk = day.chunks[static_cast<std::size_t>(at / chunk_minutes)];
    if (chunk != nullptr) {
        __builtin_prefetch(&chunk->there);
        __builtin_prefetch(&chunk->bars[static_cast<std::size_t>(at % chunk_minutes)]);
    }
}

DaySoFar Minutes::so_far(Slot slot, int until) const noexcept {
    DaySoFar so_far;
    const Day& day = days_[slot];
    for (int i = 0; i < chunks_a_day; ++i) {
        const MinuteChunk* chunk = day.chunks[static_cast<std::size_t>(i)];
        if (chunk == nullptr) {
            continue;
        }
        const int first = i * chunk_minutes - day.phase;
        for (std::uint32_t rest = chunk->there; rest != 0; rest &= rest - 1) {
            const int at = std::countr_zero(rest);
            if (first + at > until) {
                return so_far;
            }
            so_far.append(first + at,
                          unpacked(slot, first + at, chunk->bars[static_cast<std::size_t>(at)]));
        }
    }
    return so_far;
}

void Minutes::save(StateWriter& state) const {
    std::string bytes;
    for (int minute = 0; minute < most; ++minute) {
        bytes.clear();
        for (Slot slot = 0; bars_of(minute) > 0 && slot < days_.size(); ++slot) {
            if (const std::optional<MinuteBar> bar = find(slot, minute)) {
                bytes.append(reinterpret_cast<const char*>(&slot), sizeof slot);
                bytes.append(reinterpret_cast<const char*>(&*bar), sizeof *bar);
            }
        }
        state.text(bytes);
    }
}

void Minutes::restore(StateReader& state) {
    // The bytes are what memory holds; a big-endian machine would have to swap them.
    static_assert(std::endian::native == std::endian::little);
    clear();
    constexpr std::size_t width = sizeof(Slot) + sizeof(MinuteBar);
    for (int minute = 0; minute < most; ++minute) {
        const std::string_view bytes = state.text();
        for (std::size_t at = 0; at + width <= bytes.size(); at += width) {
            Slot slot = 0;
            MinuteBar bar;
            std::memcpy(&slot, bytes.data() + at, sizeof slot);
            std::memcpy(&bar, bytes.data() + at + sizeof slot, sizeof bar);
            if (slot >= days_.size()) {
                throw Error("a saved day holds bars of a symbol that it does not name");
            }
            MinuteBar old;
            put(slot, minute, bar, old);
        }
    }
}

}  // namespace tsflow::market
