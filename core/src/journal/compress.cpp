#include "journal/compress.hpp"

#include <new>

#include <zstd.h>

namespace tsflow {
namespace {

/// The fastest level that is not "negative": journals are written at the rate of a feed, and sizes of
/// numeric columns hardly shrink beyond it.
constexpr int level = 1;

ZSTD_CCtx* compressing(void* context) {
    return static_cast<ZSTD_CCtx*>(context);
}
ZSTD_DCtx* decompressing(void* context) {
    return static_cast<ZSTD_DCtx*>(context);
}

}  // namespace

Compressor::Compressor() : context_(ZSTD_createCCtx()) {
    if (context_ == nullptr) {
        throw std::bad_alloc();
    }
}

Compressor::~Compressor() {
    ZSTD_freeCCtx(compressing(context_));
}

std::optional<std::span<const std::byte>> Compressor::compress(std::span<const std::byte> bytes) {
    if (out_.size() < ZSTD_compressBound(bytes.size())) {
        out_.resize(ZSTD_compressBound(bytes.size()));
    }
    const std::size_t size = ZSTD_compressCCtx(compressing(context_), out_.data(), out_.size(),
                                               bytes.data(), bytes.size(), level);
    if (ZSTD_isError(size) != 0 || size >= bytes.size()) {
        return std::nullopt;
    }
    return std::span<const std::byte>{out_.data(), size};
}

Decompressor::Decompressor() : context_(ZSTD_createDCtx()) {
    if (context_ == nullptr) {
        throw std::bad_alloc();
    }
}

Decompressor::~Decompressor() {
    ZSTD_freeDCtx(decompressing(context_));
}

std::optional<std::span<const std::byte>> Decompressor::decompress(std::span<const std::byte> bytes,
                                                                   std::size_t most) {
    const unsigned long long size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
    if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size > most) {
        return std::nullopt;
    }
    if (out_.size() < size) {
        out_.resize(size);
    }
    const std::size_t got = ZSTD_decompressDCtx(decompressing(context_), out_.data(), out_.size(),
                                                bytes.data(), bytes.size());
    if (ZSTD_isError(got) != 0 || got != size) {
        return std::nullopt;
    }
    return std::span<const std::byte>{out_.data(), got};
}

}  // namespace tsflow
