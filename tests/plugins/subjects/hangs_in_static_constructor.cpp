// Never comes back from being loaded.
#include <unistd.h>

#include "subject_node.hpp"

namespace {

class Subject final : public SubjectNode {
public:
    static constexpr std::string_view name = "never_enrolled";
    using SubjectNode::SubjectNode;
};

const bool hung = [] {
    while (true) {
        ::pause();
    }
    return true;
}();

}  // namespace

TSFLOW_PLUGIN("hangs_in_static_constructor", "1.0.0") {
    plugin.add<Subject>();
}
