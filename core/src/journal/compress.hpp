#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace tsflow {

/// zstd with its working memory kept from call to call. One thread.
class Compressor {
public:
    Compressor();
    Compressor(const Compressor&) = delete;
    Compressor& operator=(const Compressor&) = delete;
    ~Compressor();
    /// The bytes in less space, valid until the next call; nothing when they do not get smaller.
    std::optional<std::span<const std::byte>> compress(std::span<const std::byte> bytes);

private:
    void* context_;
    std::vector<std::byte> out_;
};

/// The counterpart. One thread.
class Decompressor {
public:
    Decompressor();
    Decompressor(const Decompressor&) = delete;
    Decompressor& operator=(const Decompressor&) = delete;
    ~Decompressor();
    /// Valid until the next call; nothing when the bytes are no zstd frame that tells its size, or one of more
    /// than `most`.
    std::optional<std::span<const std::byte>> decompress(std::span<const std::byte> bytes,
                                                         std::size_t most);

private:
    void* context_;
    std::vector<std::byte> out_;
};

}  // namespace tsflow
