// Ends the process while it is loaded.
#include <cstdlib>

#include "subject_node.hpp"

namespace {

class Subject final : public SubjectNode {
public:
    static constexpr std::string_view name = "never_enrolled";
    using SubjectNode::SubjectNode;
};

const bool ended = [] {
    std::exit(7);
    return true;
}();

}  // namespace

TSFLOW_PLUGIN("exits_in_static_constructor", "1.0.0") {
    plugin.add<Subject>();
}
