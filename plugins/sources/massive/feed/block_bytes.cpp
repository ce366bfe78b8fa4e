#include "feed/block_bytes.hpp"

#include <sys/mman.h>

#include <cstdint>
#include <new>

namespace tsflow::massive {

void Unmap::operator()(char* bytes) const noexcept {
    ::munmap(bytes, size);
}

BlockBytes make_block_bytes(std::size_t size) {
    size = (size + huge_page - 1) / huge_page * huge_page;
    // Mappings begin anywhere: of one that is a page too long, what stands over is given back.
    void* const mapped = ::mmap(nullptr, size + huge_page, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) {
        throw std::bad_alloc{};
    }
    char* const begin = static_cast<char*>(mapped);
    const std::size_t before =
        (huge_page - reinterpret_cast<std::uintptr_t>(begin) % huge_page) % huge_page;
    if (before > 0) {
        ::munmap(begin, before);
    }
    ::munmap(begin + before + size, huge_page - before);
    ::madvise(begin + before, size, MADV_HUGEPAGE);  // a system without them is slower, no more
    return BlockBytes{begin + before, Unmap{size}};
}

}  // namespace tsflow::massive
