// Follows a null pointer while it is loaded.
#include "subject_node.hpp"

namespace {

class Subject final : public SubjectNode {
public:
    static constexpr std::string_view name = "never_enrolled";
    using SubjectNode::SubjectNode;
};

volatile int* volatile nowhere = nullptr;  // so that the read is not left out

// A sanitizer would end the process in its own way.
__attribute__((no_sanitize("address", "undefined"))) int follow() {
    return *nowhere;
}

const int read_from_nowhere = follow();

}  // namespace

TSFLOW_PLUGIN("segfaults_in_static_constructor", "1.0.0") {
    plugin.add<Subject>();
}
