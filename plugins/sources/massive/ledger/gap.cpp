#include "ledger/gap.hpp"

#include <array>

namespace tsflow::massive {
namespace {

constexpr std::array<std::string_view, 5> causes{"disconnect", "restart", "failover", "overflow",
                                                 "volume_jump"};
constexpr std::array<std::string_view, 4> states{"open", "filling", "filled", "permanent"};

/// The enumerator whose name stands at its place in `names`.
template <class Enum, std::size_t size>
std::optional<Enum> named(const std::array<std::string_view, size>& names,
                          std::string_view name) noexcept {
    for (std::size_t i = 0; i < size; ++i) {
        if (names[i] == name) {
            return static_cast<Enum>(i);
        }
    }
    return std::nullopt;
}

}  // namespace

std::string_view to_string(Cause cause) noexcept {
    return causes[static_cast<std::size_t>(cause)];
}

std::string_view to_string(GapState state) noexcept {
    return states[static_cast<std::size_t>(state)];
}

std::optional<Cause> cause_of(std::string_view name) noexcept {
    return named<Cause>(causes, name);
}

std::optional<GapState> gap_state_of(std::string_view name) noexcept {
    return named<GapState>(states, name);
}

}  // namespace tsflow::massive
