#pragma once

#include <string>

#include "log/secrets.hpp"
#include "plugins/registry.hpp"
#include "runtime/plan.hpp"

namespace tsflow {

/// The values of all secret options of a file's nodes, also in lists of tables.
Secrets secrets_of(const PipelineSpec& pipeline, const Registry& registry);

/// 16 hexadecimal digits that tell two configurations apart: FNV-1a over types, inputs and options of all
/// nodes, variables filled in. Order, layout and comments of the file, queues, retries and the values
/// of secrets make no difference.
std::string fingerprint(const PipelineSpec& pipeline, const Registry& registry);

}  // namespace tsflow
