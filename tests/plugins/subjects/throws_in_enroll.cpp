// Enrolls one type, then throws: that one must not stay.
#include <stdexcept>

#include "subject_node.hpp"

namespace {

class Subject final : public SubjectNode {
public:
    static constexpr std::string_view name = "half_enrolled";
    using SubjectNode::SubjectNode;
};

}  // namespace

TSFLOW_PLUGIN("throws_in_enroll", "1.0.0") {
    plugin.add<Subject>();
    throw std::out_of_range("no licence file");
}
