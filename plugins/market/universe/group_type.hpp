#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace tsflow::market {

inline constexpr std::array<std::string_view, 6> group_types{"UNIVERSE", "ETF",     "SECTOR",
                                                             "THEME",    "SEGMENT", "CUSTOM"};

/// `universe` and `Universe` give `UNIVERSE`; nothing for a text that is no type.
std::optional<std::string> group_type(std::string_view text);

/// `UNIVERSE, ETF, …`, for messages.
std::string group_type_list();

/// Why `text` can be no symbol; empty when it can. Any text of up to 50 printable characters can, also
/// `BRK.B`, `BApA` and `NA`, but none that a subscription would take for something else.
std::string symbol_problem(std::string_view text);

}  // namespace tsflow::market
