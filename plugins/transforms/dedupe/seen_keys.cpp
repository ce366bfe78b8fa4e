#include "seen_keys.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <string>

#include "tsflow/error.hpp"

namespace tsflow::dedupe {

namespace {

constexpr std::size_t least_slots = 1024;
constexpr std::size_t entry_words = 4;

bool is_empty(const Entry& entry) noexcept {
    return entry.key == Digest{};
}

// A table with more than two thirds in use gets slow.
bool too_full(std::size_t used, std::size_t slots) noexcept {
    return used * 3 > slots * 2;
}

void append_word(std::string& out, std::uint64_t word) {
    for (int shift = 0; shift < 64; shift += 8) {
        out += static_cast<char>(word >> shift & 0xFF);
    }
}

std::uint64_t read_word(const char* bytes) {
    std::uint64_t word = 0;
    for (int i = 7; i >= 0; --i) {
        word = word << 8 | static_cast<unsigned char>(bytes[i]);
    }
    return word;
}

}  // namespace

SeenKeys::SeenKeys() : slots_(least_slots), horizon_(std::numeric_limits<std::int64_t>::min()) {}

Entry& SeenKeys::slot_of(const Digest& key) noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = key.a & mask;
    while (!is_empty(slots_[at]) && slots_[at].key != key) {
        at = (at + 1) & mask;
    }
    return slots_[at];
}

void SeenKeys::insert(const Entry& entry) {
    Entry* slot = &slot_of(entry.key);
    if (is_empty(*slot)) {
        if (too_full(used_ + 1, slots_.size())) {
            rebuild();
            slot = &slot_of(entry.key);
        }
        ++used_;
    }
    *slot = entry;
}

void SeenKeys::rebuild() {
    const std::size_t live = size();
    std::size_t slots = least_slots;
    // Room to double before the next time, so that the work a row is constant.
    while (too_full(2 * (live + 1), slots)) {
        slots *= 2;
    }
    std::vector<Entry> old(slots);
    old.swap(slots_);
    used_ = 0;
    for (const Entry& entry : old) {
        if (!is_empty(entry) && !forgotten(entry.time)) {
            slot_of(entry.key) = entry;
            ++used_;
        }
    }
}

std::size_t SeenKeys::size() const noexcept {
    return static_cast<std::size_t>(std::count_if(
        slots_.begin(), slots_.end(),
        [this](const Entry& entry) { return !is_empty(entry) && !forgotten(entry.time); }));
}

void SeenKeys::save(StateWriter& state) const {
    state.integer(horizon_);
    std::string bytes;
    bytes.reserve(size() * entry_words * sizeof(std::uint64_t));
    for (const Entry& entry : slots_) {
        if (!is_empty(entry) && !forgotten(entry.time)) {
            append_word(bytes, entry.key.a);
            append_word(bytes, entry.key.b);
            append_word(bytes, entry.row);
            append_word(bytes, static_cast<std::uint64_t>(entry.time));
        }
    }
    state.text(bytes);
}

void SeenKeys::load(StateReader& state) {
    horizon_ = state.integer();
    const std::string_view bytes = state.text();
    constexpr std::size_t entry_bytes = entry_words * sizeof(std::uint64_t);
    if (bytes.size() % entry_bytes != 0) {
        throw Error("the saved keys end in the middle of an entry");
    }
    slots_.assign(least_slots, Entry{});
    used_ = 0;
    for (std::size_t at = 0; at < bytes.size(); at += entry_bytes) {
        std::array<std::uint64_t, entry_words> words;
        for (std::size_t i = 0; i < entry_words; ++i) {
            words[i] = read_word(bytes.data() + at + i * sizeof(std::uint64_t));
        }
        insert({{words[0], words[1]}, words[2], static_cast<std::int64_t>(words[3])});
    }
}

}  // namespace tsflow::dedupe
