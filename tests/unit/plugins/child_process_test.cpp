#include "plugins/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "subjects.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace std::chrono_literals;

namespace {

ChildResult shell(const std::string& script, std::chrono::milliseconds timeout = 60s) {
    return run_child({"/bin/sh", "-c", script}, {"TSFLOW_TEST=value"}, timeout);
}

}  // namespace

TEST_CASE("a child's output and exit code come back") {
    const ChildResult result = shell("echo out; echo $TSFLOW_TEST >&2; cat; exit 3");
    CHECK(result.exit_code == 3);
    CHECK(result.signal == 0);
    CHECK_FALSE(result.timed_out);
    CHECK(result.out == "out\n");
    CHECK(result.err == "value\n");
}

TEST_CASE("a child's signal comes back") {
    const ChildResult result = shell("kill -ABRT $$");
    CHECK(result.signal == SIGABRT);
    CHECK_FALSE(result.exit_code.has_value());
}

TEST_CASE("a child that takes too long is killed with what it started, and its words are kept") {
    const ChildResult result = shell("echo begun; sleep 1000 & wait", 500ms);
    CHECK(result.timed_out);
    CHECK(result.out == "begun\n");
}

TEST_CASE("a child's own end counts, and what it left behind is ended") {
    const subjects::TemporaryFolder folder;
    const std::string fifo = (folder.path() / "fifo").string();
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    const int reader = ::open(fifo.c_str(), O_RDONLY | O_NONBLOCK);
    const ChildResult result = shell("exec 3>" + fifo + "; sleep 1000 & kill -KILL $$");
    CHECK(result.signal == SIGKILL);
    CHECK_FALSE(result.timed_out);
    // Nobody holds the other end any more.
    pollfd end{reader, POLLIN, 0};
    CHECK(::poll(&end, 1, 60'000) == 1);
    CHECK((end.revents & POLLHUP) != 0);
    ::close(reader);
}

TEST_CASE("output beyond what is kept does not hold the child up") {
    const ChildResult result = shell("head -c 1000000 /dev/zero; exit 4");
    CHECK(result.exit_code == 4);
    CHECK(result.out.size() == 64 * 1024);
}

TEST_CASE("a program that is not there is named") {
    CHECK_THROWS_WITH(
        run_child({"/no/such/program"}, {}, 1s),
        Catch::Matchers::Contains("/no/such/program") && Catch::Matchers::Contains("No such file"));
}
