# What `cmake --install` gives: headers, libraries, the CMake package, the executable and the test kit.
