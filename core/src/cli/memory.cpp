#include "cli/memory.hpp"

#include <cstdlib>  // defines __GLIBC__, where there is one

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace tsflow::cli {

void keep_memory() {
#ifdef __GLIBC__
    constexpr int mebibyte = 1024 * 1024;
    mallopt(M_MMAP_THRESHOLD, 16 * mebibyte);
    mallopt(M_TRIM_THRESHOLD, 32 * mebibyte);
#endif
}

}  // namespace tsflow::cli
