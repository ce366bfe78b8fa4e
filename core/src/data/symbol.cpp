#include "tsflow/symbol.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstring>
#include <limits>
#include <memory>
#include <mutex>

#include "tsflow/error.hpp"

namespace tsflow {

namespace {

// The dictionary has two halves, both read without a lock and written under one mutex.
//
//  * code → text: chunks of string_views, each twice as large as the one before, that never move.
//  * text → code: an open-addressed table of 64-bit slots, (upper half of the hash, code + 1),
//    where 0 is a free slot. A full table is replaced by one twice as large. The old one is kept,
//    because readers may still be in it: what they miss there they find under the mutex.
//
// All of it is constant-initialised and never destroyed, so that symbols work in the constructors
// and destructors of static objects of any library.

using Entry = std::string_view;
using Slot = std::atomic<std::uint64_t>;

constexpr std::size_t first_chunk_bits = 10;
constexpr std::size_t chunk_count = 31 - first_chunk_bits + 1;
constexpr std::size_t max_symbols = std::numeric_limits<std::int32_t>::max();

struct Table {
    Slot* slots;
    std::size_t mask;     // slots - 1
    const Table* before;  // the smaller one, kept for its readers
};

constinit std::array<Entry, 1 << first_chunk_bits> first_chunk{Entry{""}};
constinit std::array<std::atomic<Entry*>, chunk_count> chunks{first_chunk.data()};
constinit std::atomic<std::size_t> symbol_count{1};

constinit std::array<Slot, 4 << first_chunk_bits> first_slots{};
constinit const Table first_table{first_slots.data(), first_slots.size() - 1, nullptr};
constinit std::atomic<const Table*> current_table{&first_table};

constinit std::mutex writing;
constinit char* text_begin = nullptr;  // free room for texts, under the mutex
constinit char* text_end = nullptr;

/// Chunk and place within it: the chunks hold 2^10, 2^11, 2^12 … entries.
Entry* place_of(std::size_t code) {
    const std::size_t shifted = code + (std::size_t{1} << first_chunk_bits);
    const auto bits = static_cast<std::size_t>(std::bit_width(shifted)) - 1;
    Entry* chunk = chunks[bits - first_chunk_bits].load(std::memory_order_acquire);
    return chunk + (shifted - (std::size_t{1} << bits));
}

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t load(const char* bytes, std::size_t count) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, count);
    return word;
}

/// Multiplies 8 bytes at a time into 128 bits and folds. Short names fit one step.
std::uint64_t hash_of(std::string_view text) {
    constexpr std::uint64_t odd_a = 0x9e3779b97f4a7c15;
    constexpr std::uint64_t odd_b = 0xd6e8feb86659fd93;
    const char* at = text.data();
    std::size_t left = text.size();
    std::uint64_t hash = text.size() * odd_b;
    for (; left > 8; at += 8, left -= 8) {
        hash = mix(hash ^ load(at, 8), odd_a);
    }
    std::uint64_t tail = 0;
    if (left == 8) {
        tail = load(at, 8);
    } else if (left >= 4) {
        tail = load(at, 4) | load(at + left - 4, 4) << 32;
    } else if (left > 0) {
        const auto byte = [at](std::size_t i) {
            return std::uint64_t{static_cast<unsigned char>(at[i])};
        };
        tail = byte(0) | byte(left / 2) << 8 | byte(left - 1) << 16;
    }
    return mix(hash ^ tail ^ odd_a, odd_b);
}

constexpr std::uint64_t upper_half = 0xffffffff00000000;

/// The code, or -1.
std::int32_t find(const Table& table, std::string_view text, std::uint64_t hash) {
    for (std::size_t at = hash & table.mask;; at = (at + 1) & table.mask) {
        const std::uint64_t slot = table.slots[at].load(std::memory_order_acquire);
        if (slot == 0) {
            return -1;
        }
        if (((slot ^ hash) & upper_half) == 0) {
            const auto code = static_cast<std::uint32_t>(slot) - 1;
            const Entry entry = *place_of(code);
            if (entry.size() == text.size() &&
                std::memcmp(entry.data(), text.data(), text.size()) == 0) {
                return static_cast<std::int32_t>(code);
            }
        }
    }
}

void insert(const Table& table, std::uint64_t hash, std::size_t code) {
    std::size_t at = hash & table.mask;
    while (table.slots[at].load(std::memory_order_relaxed) != 0) {
        at = (at + 1) & table.mask;
    }
    table.slots[at].store((hash & upper_half) | (code + 1), std::memory_order_release);
}

const Table& grown(const Table& old, std::size_t count) {
    const std::size_t size = 2 * (old.mask + 1);
    auto slots = std::make_unique<Slot[]>(size);
    auto table = std::make_unique<Table>(Table{slots.get(), size - 1, &old});
    for (std::size_t code = 1; code < count; ++code) {
        insert(*table, hash_of(*place_of(code)), code);
    }
    slots.release();
    current_table.store(table.get(), std::memory_order_release);
    return *table.release();
}

/// A copy of `text` that lives until the process ends.
Entry keep(std::string_view text) {
    constexpr std::size_t room = 64 * 1024;
    if (text.size() > room / 8) {
        char* own = new char[text.size()];
        std::memcpy(own, text.data(), text.size());
        return {own, text.size()};
    }
    if (static_cast<std::size_t>(text_end - text_begin) < text.size()) {
        text_begin = new char[room];
        text_end = text_begin + room;
    }
    std::memcpy(text_begin, text.data(), text.size());
    const Entry entry{text_begin, text.size()};
    text_begin += text.size();
    return entry;
}

std::int32_t add(std::string_view text, std::uint64_t hash) {
    const std::lock_guard lock(writing);
    const Table* table = current_table.load(std::memory_order_relaxed);
    if (const std::int32_t code = find(*table, text, hash); code >= 0) {
        return code;
    }
    const std::size_t code = symbol_count.load(std::memory_order_relaxed);
    if (code >= max_symbols) {
        throw Error("there are more than 2147483647 different symbols; use a string column");
    }
    if (2 * code > table->mask) {
        table = &grown(*table, code);
    }
    const std::size_t shifted = code + (std::size_t{1} << first_chunk_bits);
    if (std::has_single_bit(shifted)) {  // the first code of a chunk
        const auto bits = static_cast<std::size_t>(std::bit_width(shifted)) - 1;
        chunks[bits - first_chunk_bits].store(new Entry[shifted], std::memory_order_release);
    }
    *place_of(code) = keep(text);
    symbol_count.store(code + 1, std::memory_order_release);
    insert(*table, hash, code);
    return static_cast<std::int32_t>(code);
}

}  // namespace

Symbol Symbol::intern(std::string_view text) {
    if (text.empty()) {
        return Symbol{};
    }
    const std::uint64_t hash = hash_of(text);
    const Table& table = *current_table.load(std::memory_order_acquire);
    const std::int32_t code = find(table, text, hash);
    return Symbol{code >= 0 ? code : add(text, hash)};
}

std::size_t Symbol::count() noexcept {
    return symbol_count.load(std::memory_order_acquire);
}

std::string_view Symbol::text() const noexcept {
    return *place_of(static_cast<std::size_t>(code_));
}

}  // namespace tsflow
