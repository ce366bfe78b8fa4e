# tsflow_add_plugin(NAME SOURCES file… [TESTS file…] [LINK target…])
#
# Builds the plugin library NAME.so from SOURCES against tsflow::sdk, puts it into the build tree's
# plugins folder and installs it to <libdir>/tsflow/plugins. TESTS become one CTest executable,
# NAME_test, which holds the plugin's objects, tsflow::testing and Catch's main(). Used alike by the
# plugins of tsflow itself and, after find_package(tsflow), by any other project.
include_guard(GLOBAL)
include(GNUInstallDirs)

function(tsflow_add_plugin name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;TESTS;LINK")
    if(NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "tsflow_add_plugin(${name}): want SOURCES …, [TESTS …], [LINK …]; "
                            "got '${arg_UNPARSED_ARGUMENTS}'")
    endif()

    add_library(${name}_objects OBJECT ${arg_SOURCES})
    target_compile_features(${name}_objects PUBLIC cxx_std_20)
    target_include_directories(${name}_objects PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
    target_link_libraries(${name}_objects PUBLIC tsflow::sdk ${arg_LINK})
    set_target_properties(
        ${name}_objects PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden
                                   VISIBILITY_INLINES_HIDDEN ON)

    add_library(${name}_plugin MODULE)
    target_link_libraries(${name}_plugin PRIVATE ${name}_objects)
    target_link_options(${name}_plugin PRIVATE -Wl,--no-undefined)
    set_target_properties(
        ${name}_plugin
        PROPERTIES OUTPUT_NAME ${name} PREFIX "" LINKER_LANGUAGE CXX INSTALL_RPATH "$ORIGIN/../.."
                   LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins)
    install(TARGETS ${name}_plugin LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/tsflow/plugins)

    if(TARGET tsflow_warnings)
        target_link_libraries(${name}_objects PRIVATE tsflow_warnings)
    endif()

    if(arg_TESTS AND (NOT DEFINED TSFLOW_TESTS OR TSFLOW_TESTS))
        if(NOT TARGET Catch2::Catch2)
            message(FATAL_ERROR "tsflow_add_plugin(${name}): its TESTS need Catch2 (on Debian: catch2)")
        endif()
        add_executable(${name}_test ${arg_TESTS})
        target_link_libraries(
            ${name}_test PRIVATE ${name}_objects tsflow::testing tsflow::testing_main)
        if(COMMAND tsflow_compile_quickly)
            tsflow_compile_quickly(${name}_test)
        endif()
        add_test(NAME ${name} COMMAND ${name}_test)
    endif()
endfunction()
