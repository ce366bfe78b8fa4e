#pragma once

#include <array>
#include <string>
#include <string_view>

#include "websocket.hpp"

namespace tsflow::massive_sim {

/// A message that no client should be harmed by.
struct Garbage {
    Opcode opcode = Opcode::text;
    std::string payload;
};

inline constexpr std::array<std::string_view, 10> garbage_kinds{
    "text",          "truncated",  "object", "number",       "nested",
    "unknown_event", "bad_fields", "binary", "invalid_utf8", "reserved_opcode"};

/// One of these kinds.
Garbage make_garbage(std::string_view kind);

/// The first bytes of a frame whose rest never comes.
std::string half_a_frame();

}  // namespace tsflow::massive_sim
