#include "plugins/inspect.hpp"

#include <catch2/catch.hpp>

#include "subjects.hpp"
#include "tsflow/abi.hpp"

using namespace tsflow;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

std::string reason_of(const std::string& subject, std::chrono::milliseconds timeout = 60s) {
    return inspect(subjects::library(subject), subjects::inspector(), timeout);
}

}  // namespace

TEST_CASE("a library with nothing wrong passes inspection") {
    CHECK(reason_of("good") == "");
    CHECK(reason_of("noisy") == "");
}

TEST_CASE("a library that was built for another tsflow is refused with both sides' numbers") {
    CHECK_THAT(reason_of("wrong_abi"),
               Contains("ABI " + std::to_string(TSFLOW_ABI + 41)) && Contains("bytes"));
    CHECK_THAT(reason_of("wrong_build_id"),
               Contains("'gcc-4 cxx11abi=0'") && Contains("'" TSFLOW_BUILD_ID "'"));
}

TEST_CASE("a file that is no plugin is refused with the linker's own words") {
    CHECK_THAT(reason_of("missing_symbol"),
               Contains("no tsflow plugin") && Contains("'tsflow_plugin'"));
    CHECK_THAT(reason_of("not_a_library"), Contains("cannot be loaded"));
    CHECK_THAT(reason_of("unresolved_symbol"),
               Contains("undefined symbol: tsflow::function_of_the_future()"));
    CHECK_THAT(reason_of("absent"), Contains("cannot be loaded") && Contains("No such file"));
}

TEST_CASE("a library that takes its process down is refused with how and when") {
    CHECK_THAT(reason_of("aborts_in_static_constructor"),
               Contains("crashed with SIGABRT while it was loaded") && Contains("last words") &&
                   !Contains("first words"));
    CHECK_THAT(reason_of("segfaults_in_static_constructor"),
               Contains("crashed with SIGSEGV while it was loaded"));
    CHECK_THAT(reason_of("exits_in_static_constructor"),
               Contains("ended the process with exit code 7 while it was loaded"));
    CHECK_THAT(
        reason_of("throws_in_static_constructor"),
        Contains("crashed with SIGABRT while it was loaded") && Contains("no table of symbols"));
    CHECK_THAT(reason_of("crashes_in_static_destructor"),
               Contains("crashed with SIGABRT when the process ended"));
}

TEST_CASE("a library that hangs is refused when its time is over") {
    CHECK_THAT(reason_of("hangs_in_static_constructor", 1500ms),
               Contains("did not come back within 1.5s while it was loaded"));
}

TEST_CASE("a library whose node types are wrong is refused with what is wrong") {
    CHECK_THAT(reason_of("throws_in_enroll"), Contains("std::out_of_range: no licence file"));
    CHECK_THAT(reason_of("reserved_option"), Contains("option 'queue'") &&
                                                 Contains("belongs to the host") &&
                                                 Contains("option 'FileName'"));
    CHECK_THAT(reason_of("undocumented"), Contains("option 'column' has no documentation") &&
                                              Contains("option 'table' is required"));
    CHECK_THAT(reason_of("duplicate_within"), Contains("'twice' is enrolled twice"));
    CHECK_THAT(reason_of("enrolls_nothing"), Contains("no node type"));
}

TEST_CASE("an inspector that is none is told apart from a library that is wrong") {
    CHECK_THAT(inspect(subjects::library("good"), "/bin/true", 60s),
               Contains("could not be inspected") && Contains("/bin/true"));
    CHECK_THAT(inspect(subjects::library("good"), "/no/such/program", 60s),
               Contains("could not be inspected") && Contains("No such file"));
}

TEST_CASE("libraries inspected together pass unless one of them harms the process") {
    const auto together = [](const std::vector<std::string>& names,
                             std::chrono::milliseconds timeout = 60s) {
        std::vector<std::filesystem::path> libraries;
        for (const std::string& name : names) {
            libraries.push_back(subjects::library(name));
        }
        return inspect_together(libraries, subjects::inspector(), timeout);
    };
    using Passed = std::vector<bool>;
    CHECK(together({"good", "noisy"}) == Passed{true, true});
    CHECK(together({"good", "wrong_abi", "noisy", "absent"}) == Passed{true, false, true, false});
    CHECK(together({"good", "aborts_in_static_constructor", "noisy"}) == Passed(3, false));
    CHECK(together({"good", "exits_in_static_constructor"}) == Passed(2, false));
    CHECK(together({"good", "crashes_in_static_destructor"}) == Passed(2, false));
    CHECK(together({"good", "hangs_in_static_constructor"}, 1500ms) == Passed(2, false));
    CHECK(inspect_together({subjects::library("good")}, subjects::library("absent"), 60s) ==
          Passed{false});
}
