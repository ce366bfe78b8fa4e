#include "testing/conformance.hpp"

#include <algorithm>
#include <exception>
#include <set>
#include <utility>

#include "plugins/describe.hpp"
#include "testing/opened.hpp"
#include "tsflow/error.hpp"

namespace tsflow::testing {
namespace {

// Ends one check; no std::exception, so that a node in between does not take it for an error.
struct Broken {
    std::string sentence;
};

}  // namespace

Conformance::Conformance(const NodeType& type, const Sample& sample)
    : type_(type), sample_(sample) {}

void Conformance::check(const std::string& promise, const std::function<void()>& body) {
    try {
        body();
    } catch (const Broken& end) {
        broken(promise + ": " + end.sentence);
    } catch (const Cancelled&) {
        broken(promise + ": the node threw Cancelled, though nothing was cancelled");
    } catch (const std::exception& error) {
        broken(promise + ": the node threw '" + error.what() + "'");
    } catch (...) {
        broken(promise + ": the node threw something that is no std::exception");
    }
}

void Conformance::expect(bool holds, const std::string& otherwise) {
    if (!holds) {
        throw Broken{otherwise};
    }
}

void Conformance::broken(const std::string& sentence) {
    if (std::find(broken_.begin(), broken_.end(), sentence) == broken_.end()) {
        broken_.push_back(sentence);
    }
}

std::unique_ptr<Node> Conformance::fresh_node(Target target) {
    if (target == Target::reset && sample_.reset) {
        sample_.reset();
    }
    return make_node(type_, sample_.toml);
}

void check_lifecycle(Conformance& run) {
    run.check("close() without open() is safe", [&run] { run.fresh<Node>()->close(); });
    run.check("a node can be opened and closed", [&run] {
        const std::unique_ptr<Node> node = run.fresh<Node>();
        // In the host's order: nodes may rely on being bound before they are opened.
        if (auto* source = dynamic_cast<Source*>(node.get())) {
            source->outputs();
        } else if (auto* transform = dynamic_cast<Transform*>(node.get())) {
            transform->bind(sample_input(run.sample()));
        } else if (auto* sink = dynamic_cast<Sink*>(node.get())) {
            sink->bind(sample_input(run.sample()));
        }
        TestContext context;
        const Opened opened{*node, context};
    });
}

void expect_ports(const Ports& ports) {
    Conformance::expect(!ports.empty(), "there is no output port");
    std::set<std::string> names;
    for (const Port& port : ports) {
        Conformance::expect(!port.name.empty(), "an output port has no name");
        Conformance::expect(names.insert(port.name).second,
                            "there are two output ports '" + port.name + "'");
        Conformance::expect(port.schema != nullptr, "port '" + port.name + "' has no schema");
    }
}

void expect_refuses_empty_state(const std::function<void(StateReader&)>& read) {
    StateReader empty{""};
    try {
        read(empty);
    } catch (const Error&) {
        return;
    }
    Conformance::expect(false, "an empty state was accepted, though a written one is not empty");
}

Ports sample_input(const Sample& sample) {
    return {Port{"in", sample.batches.front().schema()}};
}

std::vector<std::size_t> spread(std::size_t count, std::size_t most) {
    std::vector<std::size_t> chosen;
    const std::size_t steps = std::min(count, most - 1);
    for (std::size_t i = 0; i <= steps; ++i) {
        chosen.push_back(steps == 0 ? 0 : count * i / steps);
    }
    return chosen;
}

std::vector<std::string> conformance(const NodeType& type, const Sample& given) {
    Sample sample = given;
    Conformance run{type, sample};
    check_options(run);
    if (sample.toml.empty()) {
        sample.toml = sample_table(type);
    }
    if (!option_errors(type, sample.toml).empty()) {
        // Nothing else can be checked without a node; check_options has told why.
        return run.take_broken();
    }
    const bool takes_input = type.kind != NodeKind::source;
    if (takes_input && (sample.batches.empty() || sample.batches.front().empty())) {
        run.broken("the sample must hold batches with rows for a transform or sink to be checked");
        return run.take_broken();
    }
    check_lifecycle(run);
    switch (type.kind) {
        case NodeKind::source:
            check_source(run);
            break;
        case NodeKind::transform:
            check_transform(run);
            break;
        case NodeKind::sink:
            check_sink(run);
            break;
    }
    return run.take_broken();
}

}  // namespace tsflow::testing
