// A plugin that has no node type.
#include "tsflow/plugin.hpp"

TSFLOW_PLUGIN("enrolls_nothing", "1.0.0") {
    static_cast<void>(plugin);
}
