#pragma once

// Precompiled for test executables: what plugins get, the test kit, and Catch.
#include <catch2/catch.hpp>

#include "sdk_pch.hpp"
#include "tsflow/testing.hpp"
