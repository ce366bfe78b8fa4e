#pragma once

#include "cli/args.hpp"
#include "control/client.hpp"

namespace tsflow::cli {

/// Where the pipeline that is meant answers. Throws ConfigError when that cannot be told.
control::Endpoint endpoint_of(const RunningArgs& args);

/// Asks, and throws Error with the server's own words unless the status is 200.
std::string ask(const control::Endpoint& endpoint, std::string_view target);
/// The sentence in an answer that refuses.
std::string refusal_in(const control::Reply& reply);

}  // namespace tsflow::cli
