#include "session/shared_chunks.hpp"

#include <cstring>

namespace tsflow::market {

namespace {

std::uint64_t hash_of(const MinuteChunk& chunk) noexcept {
    constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;
    std::uint64_t hash = chunk.there;
    const auto* bytes = reinterpret_cast<const char*>(chunk.bars.data());
    constexpr std::size_t size = sizeof chunk.bars;
    static_assert(size % sizeof hash == 0);
    for (std::size_t at = 0; at < size; at += sizeof hash) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes + at, sizeof word);
        hash = (hash ^ word) * odd;
        hash ^= hash >> 32;
    }
    return hash;
}

bool equal(const MinuteChunk& a, const MinuteChunk& b) noexcept {
    return a.there == b.there && std::memcmp(a.bars.data(), b.bars.data(), sizeof a.bars) == 0;
}

}  // namespace

const MinuteChunk* SharedChunks::share(const MinuteChunk& chunk) {
    const std::uint64_t hash = hash_of(chunk);
    Shard& shard = shards_[hash % shards];
    const std::lock_guard lock(shard.mutex);
    constexpr std::size_t chain = 2;  // on average, at most
    if (shard.size == chain * shard.buckets.size()) {
        grow(shard);
    }
    Entry*& bucket = shard.buckets[hash / shards % shard.buckets.size()];
    for (Entry* entry = bucket; entry != nullptr; entry = entry->next) {
        if (equal(entry->chunk, chunk)) {
            ++entry->uses;
            return &entry->chunk;
        }
    }
    Entry* const added = take_unused(shard);
    *added = {chunk, 1, bucket};
    bucket = added;
    ++shard.size;
    return &bucket->chunk;
}

void SharedChunks::release(const MinuteChunk* shared) noexcept {
    const std::uint64_t hash = hash_of(*shared);
    Shard& shard = shards_[hash % shards];
    const std::lock_guard lock(shard.mutex);
    Entry** at = &shard.buckets[hash / shards % shard.buckets.size()];
    while (&(*at)->chunk != shared) {
        at = &(*at)->next;
    }
    Entry* const entry = *at;
    if (--entry->uses == 0) {
        *at = entry->next;
        entry->next = shard.unused;
        shard.unused = entry;
        --shard.size;
    }
}

SharedChunks::Entry* SharedChunks::take_unused(Shard& shard) {
    if (shard.unused == nullptr) {
        Slab& slab = *shard.slabs.emplace_back(std::make_unique<Slab>());
        for (Entry& entry : slab) {
            entry.next = shard.unused;
            shard.unused = &entry;
        }
    }
    Entry* const taken = shard.unused;
    shard.unused = taken->next;
    return taken;
}

void SharedChunks::grow(Shard& shard) {
    std::vector<Entry*> buckets(2 * shard.buckets.size());
    for (Entry* entry : shard.buckets) {
        while (entry != nullptr) {
            Entry* const next = entry->next;
            Entry*& bucket = buckets[hash_of(entry->chunk) / shards % buckets.size()];
            entry->next = bucket;
            bucket = entry;
            entry = next;
        }
    }
    shard.buckets = std::move(buckets);
}

std::size_t SharedChunks::size() const {
    std::size_t count = 0;
    for (const Shard& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        count += shard.size;
    }
    return count;
}

}  // namespace tsflow::market
