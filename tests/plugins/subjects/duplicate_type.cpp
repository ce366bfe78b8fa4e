// Enrolls a type of its own and one that the library 'good' has too: neither must count.
#include "subject_node.hpp"

namespace {

class Subject final : public SubjectNode {
public:
    static constexpr std::string_view name = "good_sink";
    using SubjectNode::SubjectNode;
};

class Own final : public SubjectNode {
public:
    static constexpr std::string_view name = "duplicate_type_own";
    using SubjectNode::SubjectNode;
};

}  // namespace

TSFLOW_PLUGIN("duplicate_type", "1.0.0") {
    plugin.add<Own>();
    plugin.add<Subject>();
}
