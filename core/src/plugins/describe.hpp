#pragma once

#include <string>

#include "plugins/registry.hpp"

namespace tsflow {

/// What `tsflow plugins describe` prints. All of it comes from the options' declarations; the default of
/// a secret is never shown.

/// For reading in a terminal, at most 100 columns wide.
std::string describe_text(const RegisteredType& entry);
/// The page docs/plugins/NAME.md.
std::string describe_markdown(const RegisteredType& entry);
/// A table for a pipeline file with its header and all options: required ones with their example,
/// optional ones as comments with their default.
std::string describe_sample(const NodeType& type);
/// The same without the header and the host's own keys: what `convert_options` takes.
std::string sample_table(const NodeType& type);
/// The JSON Schema (2020-12) of one table of this type.
std::string describe_json(const NodeType& type);

/// The JSON Schema (2020-12) of a whole pipeline file that uses the registry's types, for editors.
std::string pipeline_schema(const Registry& registry);

/// What `tsflow plugins list` prints: the types as an aligned table, then the refused libraries, each with
/// its reason.
std::string list_text(const Registry& registry);
/// The same as one JSON object.
std::string list_json(const Registry& registry);

}  // namespace tsflow
