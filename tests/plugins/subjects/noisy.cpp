// Prints to standard output while it is loaded, what looks like a report of an inspection.
#include <cstdio>

#include "subject_node.hpp"

namespace {

class Subject final : public SubjectNode {
public:
    static constexpr std::string_view name = "noisy";
    using SubjectNode::SubjectNode;
};

const bool said = [] {
    std::puts("refused by itself");
    std::fflush(stdout);
    return true;
}();

}  // namespace

TSFLOW_PLUGIN("noisy", "1.0.0") {
    plugin.add<Subject>();
}
