#include "simulated.hpp"

#include "tsflow/error.hpp"

namespace tsflow::massive {
namespace {

constexpr std::string_view scheme = "sim:";

}  // namespace

bool is_simulated(std::string_view url) noexcept {
    return url.substr(0, scheme.size()) == scheme;
}

massive_sim::SimulatorOptions simulator_options(std::string_view url) {
    std::string_view query = url.substr(scheme.size());
    if (!query.empty() && query.front() != '?') {
        throw ConfigError("'" + std::string(url) + "': what follows sim: must begin with '?'");
    }
    return massive_sim::SimulatorOptions::parse(query.empty() ? query : query.substr(1));
}

}  // namespace tsflow::massive
