#pragma once

#include "tsflow/schema.hpp"

namespace tsflow::stages {

/// Of the ports; `stages` and `summary` hold the newest row of each day.
SchemaPtr stages_schema();
SchemaPtr summary_schema();
SchemaPtr transitions_schema();

}  // namespace tsflow::stages
