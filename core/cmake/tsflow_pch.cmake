# tsflow_share_precompiled_headers(): called once, when all targets are known. Gives every plugin, library
# and test of this repository the headers that nearly all of them include, compiled once for each set of
# flags; parsing them is otherwise more than half of a build. Checks that each file includes what it needs
# are scripts/check_headers.sh and clang-tidy, which use none of this.
#
# Only for GCC, which asks for equal flags alone; clang also for equal macros, which targets differ in.
function(tsflow_share_precompiled_headers)
    if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU" OR CMAKE_DISABLE_PRECOMPILE_HEADERS)
        return()
    endif()
    file(WRITE ${CMAKE_BINARY_DIR}/pch/empty.cpp "")
    file(WRITE ${CMAKE_BINARY_DIR}/pch/main.cpp "int main() {}\n")

    add_library(tsflow_pch_library OBJECT ${CMAKE_BINARY_DIR}/pch/empty.cpp)
    target_link_libraries(tsflow_pch_library PRIVATE tsflow::sdk)
    _tsflow_precompile_as(tsflow_pch_library sdk_pch.hpp)

    if(TSFLOW_TESTS)
        add_executable(tsflow_pch_test ${CMAKE_BINARY_DIR}/pch/main.cpp)
        target_link_libraries(tsflow_pch_test PRIVATE tsflow::sdk Catch2::Catch2)
        tsflow_compile_quickly(tsflow_pch_test)
        _tsflow_precompile_as(tsflow_pch_test test_pch.hpp)
    endif()

    get_property(folders DIRECTORY ${CMAKE_SOURCE_DIR} PROPERTY SUBDIRECTORIES)
    foreach(folder IN LISTS folders)
        _tsflow_reuse_in(${folder})
    endforeach()
endfunction()

function(_tsflow_precompile_as target header)
    target_link_libraries(${target} PRIVATE tsflow_warnings)
    target_precompile_headers(${target} PRIVATE ${CMAKE_SOURCE_DIR}/core/src/${header})
endfunction()

function(_tsflow_reuse_in folder)
    get_property(folders DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
    foreach(inner IN LISTS folders)
        _tsflow_reuse_in(${inner})
    endforeach()
    get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
    foreach(target IN LISTS targets)
        _tsflow_reuse(${target})
    endforeach()
endfunction()

function(_tsflow_reuse target)
    get_target_property(kind ${target} TYPE)
    get_target_property(sources ${target} SOURCES)
    get_target_property(own ${target} PRECOMPILE_HEADERS)
    get_target_property(reused ${target} PRECOMPILE_HEADERS_REUSE_FROM)
    if(own OR reused OR NOT sources OR target STREQUAL "tsflow_testing_main")
        return()
    endif()
    if(kind STREQUAL "EXECUTABLE")
        get_target_property(libraries ${target} LINK_LIBRARIES)
        if(NOT "tsflow::testing_main" IN_LIST libraries)
            return()
        endif()
        set(donor tsflow_pch_test)
    elseif(kind MATCHES "^(OBJECT|STATIC)_LIBRARY$")
        get_target_property(options ${target} COMPILE_OPTIONS)
        if(options MATCHES "-O0")
            return()  # a library of tests, compiled quickly
        endif()
        set(donor tsflow_pch_library)
    else()
        return()
    endif()
    # Pedantry is one of the flags that must be equal.
    target_link_libraries(${target} PRIVATE tsflow_warnings)
    target_precompile_headers(${target} REUSE_FROM ${donor})
endfunction()
