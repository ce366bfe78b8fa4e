// The program, as its users run it.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>

#include "websocket_client.hpp"

namespace tsflow::massive_sim::testing {

namespace {

std::string program() {
    const char* build = std::getenv("TSFLOW_BUILD_DIR");
    return std::string{build != nullptr ? build : "."} + "/bin/massive-sim";
}

/// A program under way, with its standard output (or error).
class Process {
public:
    Process(std::vector<std::string> arguments, int captured = STDOUT_FILENO) {
        arguments.insert(arguments.begin(), program());
        std::vector<char*> pointers;
        for (std::string& argument : arguments) {
            pointers.push_back(argument.data());
        }
        pointers.push_back(nullptr);
        std::array<int, 2> pipe{};
        REQUIRE(::pipe(pipe.data()) == 0);
        id_ = ::fork();
        if (id_ == 0) {
            ::dup2(pipe[1], captured);
            ::execv(pointers[0], pointers.data());
            ::_exit(127);
        }
        ::close(pipe[1]);
        output_ = pipe[0];
    }
    ~Process() {
        if (id_ > 0) {
            end(SIGKILL);
        }
        ::close(output_);
    }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    std::string line() {
        std::string text;
        char c = 0;
        while (::read(output_, &c, 1) == 1 && c != '\n') {
            text += c;
        }
        return text;
    }
    std::string all() {
        std::string text;
        char c = 0;
        while (::read(output_, &c, 1) == 1) {
            text += c;
        }
        return text;
    }
    /// The exit code; with a signal first, when it is not 0.
    int end(int signal = 0) {
        if (signal != 0) {
            ::kill(id_, signal);
        }
        int status = 0;
        ::waitpid(id_, &status, 0);
        id_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

private:
    pid_t id_ = 0;
    int output_ = -1;
};

}  // namespace

TEST_CASE("the program tells its addresses and ends with a signal") {
    for (const int signal : {SIGINT, SIGTERM}) {
        Process process({"--synthetic", "--speed", "0", "--symbols=AAPL", "--minutes", "2"});
        const Json urls = Json::parse(process.line());
        WebsocketClient client(urls["websocket"]);
        client.join("AM.AAPL");
        CHECK(client.events(2).size() == 2);
        CHECK(get(urls["rest"].get<std::string>() + "/v1/marketstatus/now").status == 200);
        CHECK(http("GET", urls["control"].get<std::string>() + "/status").json()["done"] == true);
        CHECK(process.end(signal) == 0);
        CHECK(client.end().code == 1001);
    }
}

TEST_CASE("help lists all options with their defaults") {
    Process process({"--help"});
    const std::string help = process.all();
    CHECK(process.end() == 0);
    for (const char* text :
         {"Usage: massive-sim", "--speed X  [1]", "--evict older|newcomer  [older]", "--faults",
          "--bench_frames N", "--pause_on_drop true|false  [false]"}) {
        CHECK_THAT(help, Catch::Contains(text));
    }
}

TEST_CASE("a wrong command line is refused with code 2, a failure is 1") {
    const auto refused = [](std::vector<std::string> arguments, int code) {
        Process process(std::move(arguments), STDERR_FILENO);
        const std::string text = process.all();
        CHECK(process.end() == code);
        return text;
    };
    using Catch::Contains;
    CHECK_THAT(refused({"--speeed", "1"}, 2), Contains("massive-sim: ") && Contains("'speed'"));
    CHECK_THAT(refused({"speed"}, 2), Contains("'speed'"));
    CHECK_THAT(refused({"--speed"}, 2), Contains("'speed'"));
    CHECK_THAT(refused({"--synthetic", "maybe"}, 2), Contains("'maybe'"));
    CHECK_THAT(refused({"--data", "/nowhere"}, 1), Contains("/nowhere"));
}

}  // namespace tsflow::massive_sim::testing
