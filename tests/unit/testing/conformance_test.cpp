#include <catch2/catch.hpp>

#include "tsflow/testing.hpp"
