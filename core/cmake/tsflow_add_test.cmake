# tsflow_add_test(NAME SOURCES file… [LINK target…]): one Catch executable and one CTest of this repository.
function(tsflow_add_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE tsflow::testing tsflow::testing_main tsflow_warnings
                                          ${arg_LINK})
    tsflow_compile_quickly(${name})
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(
        ${name} PROPERTIES ENVIRONMENT "TSFLOW_SOURCE_DIR=${CMAKE_SOURCE_DIR};TSFLOW_BUILD_DIR=${CMAKE_BINARY_DIR}")
endfunction()
