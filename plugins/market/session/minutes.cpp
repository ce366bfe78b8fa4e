#include "session/minutes.hpp"

#include <bit>
#include <cstring>
#include <string>
#include <string_view>

#include "tsflow/error.hpp"

namespace tsflow::market {

void Minutes::clear() {
    used_ = 0;
    for (auto& chunks : chunks_) {
        chunks.fill(nullptr);
    }
    for (auto& slots : by_minute_) {
        slots.clear();
    }
}

Minutes::Chunk& Minutes::chunk_of(Slot slot, int minute) {
    Chunk*& chunk = chunks_[slot][static_cast<std::size_t>(minute / chunk_minutes)];
    if (chunk == nullptr) {
        if (used_ == pool_.size()) {
            pool_.emplace_back();
        }
        chunk = &pool_[used_++];
        chunk->there = 0;
    }
    return *chunk;
}

Minutes::Put Minutes::put(Slot slot, int minute, const MinuteBar& bar, MinuteBar& old) {
    Chunk& chunk = chunk_of(slot, minute);
    const int at = minute % chunk_minutes;
    MinuteBar& kept = chunk.bars[static_cast<std::size_t>(at)];
    if ((chunk.there >> at & 1U) == 0) {
        chunk.there |= 1U << at;
        kept = bar;
        by_minute_[static_cast<std::size_t>(minute)].push_back(slot);
        return Put::added;
    }
    if (kept == bar) {
        return Put::repeated;
    }
    old = kept;
    kept = bar;
    return Put::replaced;
}

const MinuteBar* Minutes::find(Slot slot, int minute) const noexcept {
    const Chunk* chunk = chunks_[slot][static_cast<std::size_t>(minute / chunk_minutes)];
    const int at = minute % chunk_minutes;
    return chunk != nullptr && (chunk->there >> at & 1U) != 0
               ? &chunk->bars[static_cast<std::size_t>(at)]
               : nullptr;
}

DaySoFar Minutes::so_far(Slot slot, int until) const noexcept {
    DaySoFar day;
    for (std::size_t i = 0; i < chunks_a_day; ++i) {
        const Chunk* chunk = chunks_[slot][i];
        if (chunk == nullptr) {
            continue;
        }
        const int first = static_cast<int>(i) * chunk_minutes;
        for (std::uint32_t rest = chunk->there; rest != 0; rest &= rest - 1) {
            const int at = std::countr_zero(rest);
            if (first + at > until) {
                return day;
            }
            day.append(first + at, chunk->bars[static_cast<std::size_t>(at)]);
        }
    }
    return day;
}

void Minutes::save(StateWriter& state) const {
    // By minute in the order of arrival, so that a restored day goes on exactly as this one.
    std::string bytes;
    for (int minute = 0; minute < most; ++minute) {
        bytes.clear();
        for (const Slot slot : of_minute(minute)) {
            const MinuteBar* bar = find(slot, minute);
            bytes.append(reinterpret_cast<const char*>(&slot), sizeof slot);
            bytes.append(reinterpret_cast<const char*>(bar), sizeof *bar);
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
            if (slot >= chunks_.size()) {
                throw Error("a saved day holds bars of a symbol that it does not name");
            }
            MinuteBar old;
            put(slot, minute, bar, old);
        }
    }
}

}  // namespace tsflow::market
