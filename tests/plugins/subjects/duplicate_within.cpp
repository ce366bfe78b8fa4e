// Enrolls the same type twice.
#include "subject_node.hpp"

namespace {

class Subject final : public SubjectNode {
public:
    static constexpr std::string_view name = "twice";
    using SubjectNode::SubjectNode;
};

}  // namespace

TSFLOW_PLUGIN("duplicate_within", "1.0.0") {
    plugin.add<Subject>();
    plugin.add<Subject>();
}
