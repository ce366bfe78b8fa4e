#pragma once

/// Marks what crosses the border between the host, `libtsflow.so` and plugins. All else is hidden.
#define TSFLOW_API __attribute__((visibility("default")))
