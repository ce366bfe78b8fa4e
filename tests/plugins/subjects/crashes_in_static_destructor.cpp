// Works, but takes the process down when it ends.
#include <cstdlib>

#include "subject_node.hpp"

namespace {

class Subject final : public SubjectNode {
public:
    static constexpr std::string_view name = "crashes_at_end";
    using SubjectNode::SubjectNode;
};

struct Bomb {
    ~Bomb() { std::abort(); }
} bomb;

}  // namespace

TSFLOW_PLUGIN("crashes_in_static_destructor", "1.0.0") {
    plugin.add<Subject>();
}
