#pragma once

#include <string>  // defines _GLIBCXX_USE_CXX11_ABI

/// Raised whenever a vtable, a struct of these headers or the manifest changes.
#define TSFLOW_ABI 4

#define TSFLOW_TEXT_OF(x) #x
#define TSFLOW_TEXT(x) TSFLOW_TEXT_OF(x)

#if defined(__clang__)
#define TSFLOW_BUILD_COMPILER "clang-" TSFLOW_TEXT(__clang_major__)
#else
#define TSFLOW_BUILD_COMPILER "gcc-" TSFLOW_TEXT(__GNUC__)
#endif

#if defined(_GLIBCXX_DEBUG)
#define TSFLOW_BUILD_DEBUG " glibcxx-debug"
#else
#define TSFLOW_BUILD_DEBUG ""
#endif

#if defined(__SANITIZE_ADDRESS__)
#define TSFLOW_BUILD_SANITIZER " asan"
#elif defined(__SANITIZE_THREAD__)
#define TSFLOW_BUILD_SANITIZER " tsan"
#else
#define TSFLOW_BUILD_SANITIZER ""
#endif

/// What must be equal on both sides of the plugin border beside TSFLOW_ABI: compiler, standard
/// library's string ABI, debug containers, sanitizer.
#define TSFLOW_BUILD_ID                                                    \
    TSFLOW_BUILD_COMPILER " cxx11abi=" TSFLOW_TEXT(_GLIBCXX_USE_CXX11_ABI) \
        TSFLOW_BUILD_DEBUG TSFLOW_BUILD_SANITIZER
