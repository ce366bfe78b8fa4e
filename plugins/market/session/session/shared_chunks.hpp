#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "session/minute_chunk.hpp"

namespace tsflow::market {

/// Keeps equal chunks once. Every analytic of a pipeline is given the same minute bars and keeps them for the
/// day; what is over for now is exchanged for the chunk that another node has put here before, which nobody
/// changes. Six nodes then take little more memory than one. Any thread may call.
class SharedChunks {
public:
    /// The one of the process, for the nodes of all plugins.
    static SharedChunks& of_process();

    /// A chunk equal to this one, which stays until it is released as often as it was given out.
    const MinuteChunk* share(const MinuteChunk& chunk);
    void release(const MinuteChunk* shared) noexcept;

    /// How many different ones there are.
    std::size_t size() const;

private:
    struct Entry {
        MinuteChunk chunk;
        std::uint32_t uses = 0;
        Entry* next = nullptr;
    };
    /// Memory for entries is taken for some at once: by themselves each would take a twentieth more.
    using Slab = std::array<Entry, 8>;
    /// A part of the chunks, with a lock of its own.
    struct Shard {
        mutable std::mutex mutex;
        std::vector<Entry*> buckets = std::vector<Entry*>(16);
        std::size_t size = 0;
        std::vector<std::unique_ptr<Slab>> slabs;  ///< kept for the next day
        Entry* unused = nullptr;                   ///< a list of those of the slabs
    };
    static constexpr std::size_t shards = 64;

    static void grow(Shard& shard);
    static Entry* take_unused(Shard& shard);

    std::array<Shard, shards> shards_;
};

// Code of this library is part of each plugin, hidden from the others; this one variable is not: the loader
// gives all of them the same. Should it not, there would be one for each plugin, and nothing but memory lost.
// It is never destroyed, because nothing says which plugin's nodes are the last.
[[gnu::visibility("default")]] inline SharedChunks& SharedChunks::of_process() {
    static SharedChunks* const chunks = new SharedChunks;
    return *chunks;
}

}  // namespace tsflow::market
