#pragma once

// Precompiled for plugins, and the libraries and tests beside them: the SDK, and what they use most of the
// standard library.
#include "pch.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <span>
#include <sstream>
#include <thread>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "tsflow/batch.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/context.hpp"
#include "tsflow/error.hpp"
#include "tsflow/node.hpp"
#include "tsflow/options.hpp"
#include "tsflow/plugin.hpp"
#include "tsflow/schema.hpp"
#include "tsflow/state.hpp"
#include "tsflow/symbol.hpp"
#include "tsflow/text.hpp"
#include "tsflow/time.hpp"
