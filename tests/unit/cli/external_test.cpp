#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "cli/external.hpp"

using namespace tsflow::cli;

TEST_CASE("Executables named tsflow-NAME on the PATH are commands") {
    std::string folder = (std::filesystem::temp_directory_path() / "tsflow-XXXXXX").string();
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    const std::filesystem::path program = std::filesystem::path(folder) / "tsflow-hello";
    std::ofstream(program) << "#!/bin/sh\n";
    std::ofstream(std::filesystem::path(folder) / "tsflow-notes.txt") << "not a program";
    const std::string before = std::getenv("PATH");
    ::setenv("PATH", (folder + ":" + before).c_str(), 1);

    CHECK_FALSE(find_external("hello"));
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    CHECK(find_external("hello") == program.string());
    const auto names = external_commands();
    CHECK(std::find(names.begin(), names.end(), "hello") != names.end());
    CHECK(std::find(names.begin(), names.end(), "notes.txt") == names.end());
    CHECK_FALSE(find_external("../tsflow-hello"));
    CHECK_FALSE(find_external("--help"));
    CHECK_FALSE(find_external(""));

    ::setenv("PATH", before.c_str(), 1);
    std::filesystem::remove_all(folder);
}
