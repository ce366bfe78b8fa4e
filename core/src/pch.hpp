#pragma once

// Precompiled for the targets of core/: standard headers only, so that no file comes to depend on more
// than it includes (scripts/check_headers.sh compiles each header without this one).
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>
