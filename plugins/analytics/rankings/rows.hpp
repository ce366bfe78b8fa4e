#pragma once

#include "tsflow/schema.hpp"

namespace tsflow::rankings {

/// Of port `ranks`: the newest row of each symbol and day.
SchemaPtr ranks_schema();
/// Of port `top`: the newest row of each place and day.
SchemaPtr top_schema();

}  // namespace tsflow::rankings
