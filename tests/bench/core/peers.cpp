// What a hop costs in systems that users know, on the same core in the same run.

#include <cstdlib>
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <tbb/flow_graph.h>

#include "measure.hpp"

namespace tsflow::bench {
namespace {

constexpr int chain = 8;

/// A chain of serial function nodes that hand a shared pointer on.
double tbb_seconds(int hops, int messages) {
    using Message = std::shared_ptr<const std::vector<double>>;
    using Node = tbb::flow::function_node<Message, Message, tbb::flow::queueing>;
    tbb::flow::graph graph;
    std::vector<std::unique_ptr<Node>> nodes;
    for (int i = 0; i < hops + 1; ++i) {
        nodes.push_back(
            std::make_unique<Node>(graph, tbb::flow::serial, [](Message m) { return m; }));
        if (i > 0) {
            tbb::flow::make_edge(*nodes[static_cast<std::size_t>(i) - 1],
                                 *nodes[static_cast<std::size_t>(i)]);
        }
    }
    const auto message = std::make_shared<const std::vector<double>>(7, 1.0);
    return seconds([&] {
        for (int i = 0; i < messages; ++i) {
            nodes.front()->try_put(message);
        }
        graph.wait_for_all();
    });
}

void tbb_hop() {
    constexpr int messages = 200'000;
    const Paired times = paired([] { return tbb_seconds(chain, messages); },
                                [] { return tbb_seconds(0, messages); });
    report_plain("peer: oneTBB flow graph, function_node hop",
                 (times.a - times.b) / chain / messages * 1e9, "ns");
}

double gstreamer_seconds(int hops, int buffers) {
    std::string command = fmt::format(
        "gst-launch-1.0 -q fakesrc num-buffers={} sizetype=fixed sizemax=56 ! ", buffers);
    for (int i = 0; i < hops; ++i) {
        command += "identity silent=true ! ";
    }
    command += "fakesink silent=true > /dev/null 2>&1";
    return seconds([&] {
        if (std::system(command.c_str()) != 0) {
            throw std::runtime_error("gst-launch-1.0 failed");
        }
    });
}

void gstreamer_hop() {
    if (std::system("command -v gst-launch-1.0 > /dev/null") != 0) {
        fmt::print("peer: GStreamer is not installed (scripts/setup.sh --bench)\n");
        return;
    }
    constexpr int buffers = 300'000;
    const Paired times = paired([] { return gstreamer_seconds(chain, buffers); },
                                [] { return gstreamer_seconds(0, buffers); });
    report_plain("peer: GStreamer, identity hop", (times.a - times.b) / chain / buffers * 1e9,
                 "ns");
}

}  // namespace

void peers() {
    tbb_hop();
    gstreamer_hop();
}

}  // namespace tsflow::bench
