#pragma once

#include "tsflow/schema.hpp"

namespace tsflow::sectors {

/// Of port `sectors`: rows of each minute.
SchemaPtr sectors_schema();
/// Of port `rotation`: the newest row of each day.
SchemaPtr rotation_schema();

}  // namespace tsflow::sectors
