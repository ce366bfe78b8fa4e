#pragma once

#include <string_view>

/// What is fuzzed, as functions that the fuzzers and the test of the kept inputs share. Each throws
/// std::logic_error when something was promised and is not so.
namespace tsflow::market::massive::fuzz {

/// FrameParser::parse()
void frames(std::string_view input);
/// parse_bars()
void bars(std::string_view input);
/// parse_splits()
void splits(std::string_view input);

}  // namespace tsflow::market::massive::fuzz
