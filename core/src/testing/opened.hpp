#pragma once

#include "tsflow/context.hpp"
#include "tsflow/node.hpp"

namespace tsflow::testing {

/// Opens a node and closes it at the end of the scope, also when what is between throws.
class Opened {
public:
    Opened(Node& node, Context& context) : node_(node) { node_.open(context); }
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;
    ~Opened() { node_.close(); }

private:
    Node& node_;
};

}  // namespace tsflow::testing
