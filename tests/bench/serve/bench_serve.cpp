// The `http` sink under load: 1,000 websockets that get ten updates a second each, 2,000 REST requests a second,
// and a client that never reads, beside a pipeline whose rate must not change. A minute with them is
// compared with a while without.
//
//   bench_serve [SECONDS]

#include <arpa/inet.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <thread>

#include <fmt/format.h>

#include "clients.hpp"
#include "control/client.hpp"
#include "measure.hpp"
#include "tsflow/error.hpp"

namespace tsflow::bench {
namespace {

constexpr std::size_t symbols = 100;
constexpr double updates_per_second = 10;  // of each symbol
constexpr double fast_rate = 100'000;

std::string pipeline() {
    return fmt::format(R"(
[pipeline]
state_dir = "state"
[control]
listen = "127.0.0.1:0"
[sources.ticks]
type = "generator"
symbols = {}
rate = {}
[sources.fast]
type = "generator"
symbols = 1000
rate = {}
[sinks.page]
type = "http"
inputs = {{ bars = "ticks" }}
listen = "127.0.0.1:0"
requests_per_second = 0
clients = 3000
[sinks.none]
type = "blackhole"
inputs = ["fast"]
)",
                       symbols, symbols * updates_per_second, fast_rate);
}

/// The program, until it goes out of scope.
class Program {
public:
    Program() {
        std::ofstream(scratch() / "serve.toml") << pipeline();
        const std::string file = (scratch() / "serve.toml").string();
        const std::string log = (scratch() / "log").string();
        pid_ = ::fork();
        if (pid_ == 0) {
            if (std::freopen(log.c_str(), "w", stderr) == nullptr) {
                ::_exit(127);
            }
            ::execl(TSFLOW_PROGRAM, "tsflow", "run", file.c_str(), "--plugin-dir", TSFLOW_PLUGINS,
                    nullptr);
            ::_exit(127);
        }
        control_ = port_behind(log, "control: http://127.0.0.1:");
        page_ = port_behind(log, "serving on http://127.0.0.1:");
        while (control::get(endpoint(), "/readyz").status != 200) {
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
    }
    ~Program() {
        ::kill(pid_, SIGINT);
        ::waitpid(pid_, nullptr, 0);
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    std::uint16_t page() const { return page_; }
    control::Endpoint endpoint() const { return {{"127.0.0.1", control_, true}, {}}; }
    /// A figure of the text that Prometheus reads.
    double figure(const std::string& begin) const {
        const std::string text = control::get(endpoint(), "/metrics").body;
        const std::size_t at = text.find("\n" + begin);
        if (at == std::string::npos) {
            throw Error("no figure begins with " + begin);
        }
        const std::string line = text.substr(at + 1, text.find('\n', at + 1) - at - 1);
        return std::stod(line.substr(line.rfind(' ')));
    }
    double rows() const {
        return figure(
            R"(tsflow_node_rows_in_total{node="sinks.none",type="blackhole",kind="sink"})");
    }
    double memory() const { return figure("process_resident_memory_bytes"); }
    double cpu() const { return figure("process_cpu_seconds_total"); }

private:
    std::uint16_t port_behind(const std::string& log, const std::string& words) const {
        for (;;) {
            std::ifstream in(log);
            const std::string text{std::istreambuf_iterator<char>(in), {}};
            const std::size_t at = text.find(words);
            if (at != std::string::npos && text.find('/', at + words.size()) != std::string::npos) {
                return static_cast<std::uint16_t>(std::stoi(text.substr(at + words.size())));
            }
            int status = 0;
            if (::waitpid(pid_, &status, WNOHANG) != 0) {
                throw Error("the program ended:\n" + text);
            }
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
    }

    pid_t pid_ = 0;
    std::uint16_t control_ = 0;
    std::uint16_t page_ = 0;
};

/// Asks for everything and reads nothing.
class Deaf {
public:
    explicit Deaf(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const std::string words =
            "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            "\x81\x94" +
            std::string(4, '\0') + "subscribe?table=bars";
        if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
            ::send(fd_, words.data(), words.size(), MSG_NOSIGNAL) < 0) {
            throw Error("the client that reads nothing cannot connect");
        }
    }
    ~Deaf() { ::close(fd_); }
    Deaf(const Deaf&) = delete;
    Deaf& operator=(const Deaf&) = delete;

private:
    int fd_;
};

/// Rows a second through the branch that has nothing to do with the page.
template <class Work>
double rate_during(const Program& program, Work&& work) {
    const double before = program.rows();
    const double took = seconds(work);
    return (program.rows() - before) / took;
}

void measure(std::chrono::seconds length) {
    const Program program;
    const double alone = rate_during(program, [&] { std::this_thread::sleep_for(length / 4); });
    const double memory = program.memory();
    const double cpu = program.cpu();
    LoadResult result;
    const Deaf deaf(program.page());
    const double loaded = rate_during(program, [&] {
        result = put_under_load({program.page(), 1'000, 2'000, length, symbols});
    });
    const auto took = static_cast<double>(length.count());
    const auto at = [&](double share) {
        return result.latencies.empty()
                   ? 1e9
                   : 1e3 * result.latencies[static_cast<std::size_t>(
                               share * static_cast<double>(result.latencies.size() - 1))];
    };
    report("errors", static_cast<double>(result.errors), "", 0, false);
    if (result.errors > 0) {
        fmt::print("    the first: {}\n", result.first_error);
    }
    // The first seconds go into 1,000 handshakes.
    report("updates a client and second", static_cast<double>(result.messages) / took / 1'000, "/s",
           0.85 * updates_per_second, true);
    report("REST requests answered", static_cast<double>(result.requests) / took, "/s", 1'960,
           true);
    report_plain("REST latency p50, from when it was due", at(0.5), "ms");
    report("REST latency p99, from when it was due", at(0.99), "ms", 50, false);
    report("pipeline's rate under load / without", loaded / alone, "", 0.95, true);
    report("memory gained, a client that never reads included", (program.memory() - memory) / 1e6,
           "MB", 150, false);
    report_plain("processor time of the program", (program.cpu() - cpu) / took, "cores");
}

}  // namespace
}  // namespace tsflow::bench

int main(int argc, char** argv) {
    // 1,000 sockets on each side are more than many shells allow.
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    try {
        tsflow::bench::measure(std::chrono::seconds{argc > 1 ? std::atoi(argv[1]) : 60});
    } catch (const std::exception& error) {
        fmt::print(stderr, "error: {}\n", error.what());
        return 2;
    }
    return tsflow::bench::all_met() ? 0 : 1;
}
