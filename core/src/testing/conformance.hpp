#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tsflow/batch.hpp"
#include "tsflow/node.hpp"
#include "tsflow/plugin.hpp"
#include "tsflow/testing.hpp"

namespace tsflow::testing {

/// One run of conformance checks over one node type: makes fresh nodes, runs checks, and collects a
/// sentence for each promise that does not hold.
class Conformance {
public:
    /// What becomes of a sink's target when a fresh node is made.
    enum class Target { reset, kept };

    Conformance(const NodeType& type, const Sample& sample);

    const NodeType& type() const noexcept { return type_; }
    const Sample& sample() const noexcept { return sample_; }

    /// Runs one check; `promise` and what `body` throws make the sentence. Later checks run all the
    /// same, so that one run tells everything.
    void check(const std::string& promise, const std::function<void()>& body);
    /// For use inside a check: ends it with this sentence unless `holds`.
    static void expect(bool holds, const std::string& otherwise);
    /// Notes a broken promise, once.
    void broken(const std::string& sentence);
    std::vector<std::string> take_broken() { return std::move(broken_); }

    template <class Kind>
    std::unique_ptr<Kind> fresh(Target target = Target::reset) {
        return std::unique_ptr<Kind>(dynamic_cast<Kind*>(fresh_node(target).release()));
    }

private:
    std::unique_ptr<Node> fresh_node(Target target);

    const NodeType& type_;
    const Sample& sample_;
    std::vector<std::string> broken_;
};

/// The three that every node type passes through, and the one of its kind.
void check_options(Conformance& run);
void check_lifecycle(Conformance& run);
void check_source(Conformance& run);
void check_transform(Conformance& run);
void check_sink(Conformance& run);

/// Throws, inside a check, when ports are missing, unnamed, named twice or without a schema.
void expect_ports(const Ports& ports);
/// Runs `read` on the state of an empty string: it must throw Error, not crash and not accept it.
void expect_refuses_empty_state(const std::function<void(StateReader&)>& read);
/// The input port of a transform or sink that is fed the sample's batches.
Ports sample_input(const Sample& sample);

/// At most `most` of the numbers 0 … count, evenly spread, with both ends.
std::vector<std::size_t> spread(std::size_t count, std::size_t most);

}  // namespace tsflow::testing
