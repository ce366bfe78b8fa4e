#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tsflow::massive_sim {

/// What a client says: `{"action":"subscribe","params":"AM.AAPL,AM.MSFT"}`.
struct Command {
    std::string action;
    std::string params;
};

/// Reads a client's message; nothing when it is no JSON object of plain values.
std::optional<Command> read_command(std::string_view json);

}  // namespace tsflow::massive_sim
