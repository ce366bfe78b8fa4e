// From the socket to a sink: tsflow beside a bare Beast loop that only reads the same frames, and beside
// clients in JavaScript and Python that read and parse them. Each on one core; the simulator, which sends
// as fast as it is read, on another when there is one.

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket.hpp>

#include <fmt/format.h>

#include "child.hpp"
#include "feed.hpp"
#include "measure.hpp"
#include "tsflow/error.hpp"

namespace tsflow::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

constexpr std::int64_t events = 2'000'000;
/// Bars a frame, the same as `parse` has.
constexpr std::array sizes{1, 10, 50, 200};
constexpr int size_for_clients = 100;

struct Server : Simulator {
    explicit Server(std::vector<std::string> options)
        : Simulator(std::move(options), Child::Cores::first) {}
    /// Ready to send `events` minute bars in frames of so many, and to close.
    explicit Server(int bars_a_frame)
        : Server(std::vector<std::string>{"--symbol_count=500", "--bench_frames=200",
                                          fmt::format("--bench_events={}", events),
                                          fmt::format("--events_per_frame={}", bars_a_frame)}) {}
    std::string port() const {
        const std::size_t colon = url.rfind(':');
        return url.substr(colon + 1, url.find('/', colon) - colon - 1);
    }
};

/// Bars a second of a loop that reads the frames and does nothing with them, or only reads their events.
double bare_rate(int bars_a_frame, bool parses) {
    const Server server(bars_a_frame);
    asio::io_context context;
    beast::websocket::stream<beast::tcp_stream> stream(context);
    beast::get_lowest_layer(stream).connect(
        asio::ip::tcp::resolver(context).resolve("127.0.0.1", server.port()));
    stream.handshake("127.0.0.1", "/stocks");
    beast::flat_buffer buffer;
    const auto say = [&](std::string_view text) { stream.write(asio::buffer(text)); };
    stream.read(buffer);
    say(R"({"action":"auth","params":"k"})");
    stream.read(buffer);
    say(R"({"action":"subscribe","params":"AM.*"})");
    stream.read(buffer);
    buffer.clear();
    stream.read(buffer);
    const auto start = std::chrono::steady_clock::now();
    boost::system::error_code error;
    std::uint64_t bytes = 0;
    constexpr std::size_t padding = 64;
    for (;;) {
        buffer.clear();
        const std::size_t size = stream.read(buffer, error);
        bytes += size;
        if (error) {
            break;
        }
        if (parses) {
            buffer.prepare(padding);  // may be looked at behind a frame
            read_minutes_bare({static_cast<const char*>(buffer.cdata().data()), size});
        }
    }
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
    if (bytes < static_cast<std::uint64_t>(events) * 100) {
        throw Error("the bare loop did not get all frames: " + error.message());
    }
    return static_cast<double>(events) / time.count();
}

/// Runs tsflow from the feed into one of the benchmark's sinks, until that stops it; what the sink wrote.
std::vector<double> run_tsflow(const Server& server, const std::string& sink) {
    const std::string file = (scratch() / "feed.toml").string();
    const std::string result = (scratch() / "feed.txt").string();
    std::ofstream(file) << fmt::format(
        "[sources.feed]\ntype = 'massive'\nurl = '{}'\napi_key = 'k'\nsymbols = ['*']\n"
        "backfill = false\n[sinks.out]\ninputs = ['feed.minute']\nfile = '{}'\n{}\n",
        server.url, result, sink);
    Child run({std::string(TSFLOW_PROGRAM), "run", file, "--no-progress", "--log-level", "error",
               "--plugin-dir", TSFLOW_BENCH_PLUGINS, "--plugin-dir", TSFLOW_PLUGINS});
    if (const int code = run.wait(); code != 0) {
        throw Error("tsflow ended with " + std::to_string(code));
    }
    std::vector<double> values;
    std::ifstream in(result);
    for (double value = 0; in >> value;) {
        values.push_back(value);
    }
    if (values.empty()) {
        throw Error("the sink wrote nothing");
    }
    return values;
}

/// Bars a second of the whole way into a sink, from the first frame to the last row.
double tsflow_rate(int bars_a_frame) {
    const Server server(bars_a_frame);
    return static_cast<double>(events) /
           run_tsflow(server, fmt::format("type = 'bench_arrivals'\nrows = {}", events)).front();
}

/// Bars a second of a client that prints the seconds it took; none when it cannot run.
std::optional<double> peer_rate(const std::vector<std::string>& command) {
    const Server server(size_for_clients);
    std::vector<std::string> whole = command;
    whole.push_back(server.url);
    whole.push_back(std::to_string(events));
    Child client(whole);
    const std::string line = client.line();
    if (client.wait() != 0 || line.empty()) {
        return std::nullopt;
    }
    return static_cast<double>(events) / std::stod(line);
}

double peer_median(const std::string& name, const std::vector<std::string>& command) {
    std::vector<double> rates;
    for (int i = 0; i < runs; ++i) {
        const auto rate = peer_rate(command);
        if (!rate) {
            fmt::print("{}: cannot run here; scripts/setup.sh --bench installs what it needs\n",
                       name);
            return 0;
        }
        rates.push_back(*rate / 1e6);
    }
    report_plain(name, median(rates), "M bars/s");
    return median(rates);
}

/// tsflow beside the loop that reads, and the one that reads and parses.
void frames_of_all_sizes() {
    double tsflow_time = 0;
    double reading_time = 0;
    double tsflow_again = 0;
    double parsing_time = 0;
    for (const int size : sizes) {
        const auto tsflow = [size] { return tsflow_rate(size); };
        const Paired reading = paired(tsflow, [size] { return bare_rate(size, false); });
        const Paired parsing = paired(tsflow, [size] { return bare_rate(size, true); });
        report_plain(fmt::format("{} a frame: tsflow, websocket to sink", size), reading.a / 1e6,
                     "M bars/s");
        report_plain("  bare Beast loop, reads only", reading.b / 1e6, "M bars/s");
        report_plain("  the same, parsed by bare simdjson", parsing.b / 1e6, "M bars/s");
        report("  tsflow / the loop that reads only", reading.ratio, "×", 0.7, true);
        report("  tsflow / the loop that reads and parses", parsing.ratio, "×", 0.7, true);
        tsflow_time += 1 / reading.a;
        reading_time += 1 / reading.b;
        tsflow_again += 1 / parsing.a;
        parsing_time += 1 / parsing.b;
    }
    report_plain("as many bars in each size: tsflow / bare Beast read loop",
                 reading_time / tsflow_time, "×");
    report_plain("the same: tsflow / Beast and simdjson, bare", parsing_time / tsflow_again, "×");
}

/// tsflow beside what its users would write with the vendor's client, or in Python.
void clients() {
    std::vector<double> rates;
    for (int i = 0; i < runs; ++i) {
        rates.push_back(tsflow_rate(size_for_clients) / 1e6);
    }
    report_plain(fmt::format("{} a frame: tsflow", size_for_clients), median(rates), "M bars/s");
    const double javascript =
        peer_median("  official JavaScript client, JSON.parse", {"node", TSFLOW_BENCH_CLIENT_JS});
    const double python = peer_median("  Python websockets, json.loads",
                                      {"/usr/bin/python3", TSFLOW_BENCH_CLIENT_PY});
    if (const double peer = std::max(javascript, python); peer > 0) {
        report("tsflow / the faster of them", median(rates) / peer, "×", 4, true);
    }
}

}  // namespace

void stream() {
    frames_of_all_sizes();
    clients();
}

void burst() {
    constexpr int tickers = 10'000;
    const Server server({fmt::format("--symbol_count={}", tickers), "--speed=60", "--minutes=14",
                         "--start=2024-03-04T14:30:00Z"});
    const std::vector<double> times =
        run_tsflow(server, fmt::format("type = 'bench_bursts'\nrows = {}\nbursts = 10", tickers));
    report("a minute's burst of 10,000 bars, first frame to sink: median", median(times), "ms", 250,
           false);
    report_plain("the same, slowest of 10", *std::max_element(times.begin(), times.end()), "ms");
}

}  // namespace tsflow::bench
