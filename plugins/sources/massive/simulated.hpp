#pragma once

#include <string_view>

#include "sim/options.hpp"

namespace tsflow::massive {

/// Whether the address of a feed asks for the simulator within: `sim:` or `sim:?speed=60`.
bool is_simulated(std::string_view url) noexcept;
/// The options of such an address. Throws ConfigError that names what is wrong.
massive_sim::SimulatorOptions simulator_options(std::string_view url);

}  // namespace tsflow::massive
