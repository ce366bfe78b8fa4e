// Aborts before anyone asked it anything.
#include <cstdio>
#include <cstdlib>

#include "subject_node.hpp"

namespace {

class Subject final : public SubjectNode {
public:
    static constexpr std::string_view name = "never_enrolled";
    using SubjectNode::SubjectNode;
};

const bool aborted = [] {
    std::fputs("first words\nlast words\n", stderr);
    std::abort();
    return true;
}();

}  // namespace

TSFLOW_PLUGIN("aborts_in_static_constructor", "1.0.0") {
    plugin.add<Subject>();
}
