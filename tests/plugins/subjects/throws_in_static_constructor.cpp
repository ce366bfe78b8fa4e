// Throws while it is loaded.
#include <stdexcept>

#include "subject_node.hpp"

namespace {

class Subject final : public SubjectNode {
public:
    static constexpr std::string_view name = "never_enrolled";
    using SubjectNode::SubjectNode;
};

const bool thrown = [] {
    throw std::runtime_error("no table of symbols");
    return true;
}();

}  // namespace

TSFLOW_PLUGIN("throws_in_static_constructor", "1.0.0") {
    plugin.add<Subject>();
}
