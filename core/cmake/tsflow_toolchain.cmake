# Warnings, sanitizers, and the tools that make builds faster when they are there.

add_library(tsflow_warnings INTERFACE)
target_compile_options(
    tsflow_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wcast-align
                              -Wimplicit-fallthrough -Werror)
# When it optimises, GCC 12 sees overlapping copies in plain string concatenations (its bug 105651;
# mended in 13), and of a search in a string that it reads too far.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(tsflow_warnings INTERFACE $<$<CONFIG:Release>:-Wno-restrict>
                                                     $<$<CONFIG:Release>:-Wno-stringop-overread>)
endif()

if(TSFLOW_SANITIZE)
    add_compile_options(-fsanitize=${TSFLOW_SANITIZE} -fno-omit-frame-pointer
                        -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${TSFLOW_SANITIZE})
    # GCC's own checks make it see uses of values that were never set where there are none.
    target_compile_options(tsflow_warnings
                           INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
    # Asio's fences, which its mutexes make superfluous for the eyes of ThreadSanitizer.
    if(TSFLOW_SANITIZE STREQUAL "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        target_compile_options(tsflow_warnings INTERFACE -Wno-tsan)
    endif()
endif()

find_program(TSFLOW_CCACHE ccache)
if(TSFLOW_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # Without these it cannot cache what uses a precompiled header.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
                                    CCACHE_SLOPPINESS=pch_defines,time_macros ${TSFLOW_CCACHE})
endif()

# tsflow_precompile(TARGET): standard headers, compiled once for a target with many files.
function(tsflow_precompile target)
    target_precompile_headers(${target} PRIVATE ${CMAKE_SOURCE_DIR}/core/src/pch.hpp)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        target_compile_options(${target} PRIVATE -fpch-preprocess)  # for ccache
    endif()
endfunction()

# Tests are compiled for a quick build, not for speed; what they test keeps its optimisation.
function(tsflow_compile_quickly target)
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O0>)
endfunction()

# mold is quicker, but its 1.10 of Debian 12 cannot link GCC's sanitizer runtimes reliably.
find_program(TSFLOW_MOLD mold)
find_program(TSFLOW_LLD ld.lld)
if(TSFLOW_MOLD AND NOT TSFLOW_SANITIZE)
    add_link_options(-fuse-ld=mold)
elseif(TSFLOW_LLD)
    add_link_options(-fuse-ld=lld)
endif()
