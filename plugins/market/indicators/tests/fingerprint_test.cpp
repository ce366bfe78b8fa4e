#include <catch2/catch.hpp>

#include <cmath>
#include <cstdint>
#include <set>
#include <vector>

#include "indicators/fingerprint.hpp"
#include "indicators/value.hpp"

using namespace tsflow::market;

TEST_CASE("whatever changes in a row changes its fingerprint") {
    std::vector<double> row{1.5, 0.0, unknown, -7.25, 100.0, 3e-9, 12.0};
    std::set<std::uint64_t> seen{fingerprint(row)};
    CHECK(fingerprint(row) == *seen.begin());  // unknown is what it was
    std::size_t rows = 1;
    const auto differs = [&](const std::vector<double>& other) {
        ++rows;
        seen.insert(fingerprint(other));
        return seen.size() == rows;
    };
    for (std::size_t i = 0; i < row.size(); ++i) {
        std::vector<double> other = row;
        other[i] = known(row[i]) ? std::nextafter(row[i], 1e300) : 0.5;
        CHECK(differs(other));
        other[i] = known(row[i]) ? unknown : 0.25;
        CHECK(differs(other));
    }
    std::vector<double> swapped = row;
    std::swap(swapped[0], swapped[4]);  // of the same chain
    CHECK(differs(swapped));
    CHECK(differs({}));
    CHECK(differs({0.0}));
    CHECK(differs({0.0, 0.0}));
    CHECK(differs({-0.0}));
}
