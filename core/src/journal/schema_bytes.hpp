#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "tsflow/builder.hpp"
#include "tsflow/schema.hpp"

namespace tsflow {

/// The payload of a schema frame (`format.hpp`).
void put_schema(detail::Buffer& out, std::uint32_t id, const Schema& schema);
/// Id and schema of such a payload; nothing when it is none.
std::optional<std::pair<std::uint32_t, SchemaPtr>> read_schema(std::span<const std::byte> payload);

}  // namespace tsflow
