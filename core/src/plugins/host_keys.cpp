#include "plugins/host_keys.hpp"

namespace tsflow {

std::vector<std::string> host_keys(NodeKind kind) {
    if (kind == NodeKind::source) {
        return {"journal", "retry", "on_error"};
    }
    return {"inputs", "queue", "retry", "on_error"};
}

}  // namespace tsflow
