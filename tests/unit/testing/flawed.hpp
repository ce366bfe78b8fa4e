#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tsflow/testing.hpp"

/// What the conformance tests' subjects have in common.
namespace flawed {

/// Options of a subject whose options do not matter.
struct NoConfig {};

/// The messages as one text, for searching and for printing.
inline std::string joined(const std::vector<std::string>& messages) {
    std::string text;
    for (const std::string& message : messages) {
        text += message + "\n";
    }
    return text;
}

inline tsflow::testing::Sample sample_rows() {
    using tsflow::testing::table;
    return {"",
            {table(R"(id:symbol  time:timestamp/event_time  value:float64
                      A          2016-04-15T13:30:00Z       1
                      B          2016-04-15T13:30:00Z       2
                      A          2016-04-15T13:31:00Z       3)"),
             table(R"(id:symbol  time:timestamp/event_time  value:float64
                      B          2016-04-15T13:32:00Z       4
                      A          2016-04-15T13:33:00Z       5)")},
            {}};
}

}  // namespace flawed
