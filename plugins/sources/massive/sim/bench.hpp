#pragma once

#include <memory>
#include <string>

#include "client.hpp"
#include "feed.hpp"
#include "market.hpp"
#include "sim/options.hpp"

namespace tsflow::massive_sim {

/// What a benchmark sends over and over: so many frames of what the client has subscribed to, ready
/// for the wire. Plays the market for that. Throws Error when nothing happens there for a day.
std::shared_ptr<const std::string> bench_block(const SimulatorOptions& options,
                                               const Client& client, const Feed& feed,
                                               Market& market);

}  // namespace tsflow::massive_sim
