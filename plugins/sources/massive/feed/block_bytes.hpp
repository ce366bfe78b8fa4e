#pragma once

#include <cstddef>
#include <memory>

namespace tsflow::massive {

/// What a processor of this kind may map at once, and where such pages begin.
inline constexpr std::size_t huge_page = std::size_t{2} << 20;

struct Unmap {
    std::size_t size = 0;
    void operator()(char* bytes) const noexcept;
};
using BlockBytes = std::unique_ptr<char[], Unmap>;

/// At least `size` bytes, whole huge pages where the system has them: when a backlog grows, to be given memory by
/// pages of 4 KiB costs more than to copy what comes into them. Throws std::bad_alloc.
BlockBytes make_block_bytes(std::size_t size);

}  // namespace tsflow::massive
