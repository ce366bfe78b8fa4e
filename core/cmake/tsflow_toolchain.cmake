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

# Two ways to parse headers less often. A clean build takes a third of the time when many files are
# compiled as one, but then one edit compiles them all anew; precompiled headers suit a build that is
# edited. (docs/decisions/0013-unity-builds.md)
option(TSFLOW_UNITY "Compile many files as one, for clean builds" ON)
if(TSFLOW_UNITY)
    set(CMAKE_UNITY_BUILD ON)
    set(CMAKE_UNITY_BUILD_BATCH_SIZE 16)
    set(CMAKE_DISABLE_PRECOMPILE_HEADERS ON)
    # The first means types of headers' anonymous namespaces, and takes every file for a header here; the
    # other one sees the names of files that have nothing to do with each other.
    target_compile_options(
        tsflow_warnings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage> -Wno-shadow)
    # With precompiled headers it would read these for each file, which costs more than it saves.
    find_program(TSFLOW_CCACHE ccache)
    if(TSFLOW_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
        set(CMAKE_CXX_COMPILER_LAUNCHER ${TSFLOW_CCACHE})
    endif()
endif()

# tsflow_precompile(TARGET): standard headers, compiled once for a target with many files.
function(tsflow_precompile target)
    target_precompile_headers(${target} PRIVATE ${CMAKE_SOURCE_DIR}/core/src/pch.hpp)
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
