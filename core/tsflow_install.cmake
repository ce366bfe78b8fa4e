# What `cmake --install` gives: headers, libraries, the CMake package, the executable and the test kit.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/tsflow)

file(RELATIVE_PATH bin_to_lib ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR})
set_target_properties(tsflow PROPERTIES INSTALL_RPATH "$ORIGIN/${bin_to_lib}")
set_target_properties(tsflow_testing PROPERTIES INSTALL_RPATH "$ORIGIN")

install(TARGETS tsflow RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS tsflow_sdk tsflow_testing tsflow_testing_main EXPORT tsflowTargets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/tsflow DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

install(EXPORT tsflowTargets NAMESPACE tsflow:: DESTINATION ${package_dir})
configure_package_config_file(cmake/tsflowConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/tsflowConfig.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/tsflowConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/tsflowConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/tsflowConfigVersion.cmake cmake/tsflow_add_plugin.cmake
        DESTINATION ${package_dir})
