// Calls a function of a newer SDK, which this one does not have.
#include "subject_node.hpp"

namespace tsflow {
TSFLOW_API void function_of_the_future();
}  // namespace tsflow

namespace {

class Subject final : public SubjectNode {
public:
    static constexpr std::string_view name = "never_enrolled";
    using SubjectNode::SubjectNode;
};

}  // namespace

TSFLOW_PLUGIN("unresolved_symbol", "1.0.0") {
    plugin.add<Subject>();
    tsflow::function_of_the_future();
}
