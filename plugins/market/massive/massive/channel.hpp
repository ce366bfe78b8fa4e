#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "tsflow/fwd.hpp"
#include "tsflow/schema.hpp"

namespace tsflow::market::massive {

/// What the stocks feed offers, each as one kind of row and one output port.
enum class Channel : std::uint8_t { minute, second, trades, quotes, luld, imbalance, fmv };
inline constexpr std::size_t channel_count = 7;

/// The port's name in a pipeline file: `minute`, `second`, `trades`, …
std::string_view port_name(Channel channel) noexcept;
/// The channel's name on the wire, as in a subscription: `AM`, `A`, `T`, `Q`, `LULD`, `NOI`, `FMV`.
std::string_view wire_name(Channel channel) noexcept;
/// By its name on the wire.
std::optional<Channel> channel_of(std::string_view wire_name) noexcept;
/// The schema of its rows, from the records in `records.hpp`; made once.
const SchemaPtr& schema_of(Channel channel);

}  // namespace tsflow::market::massive
