#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tsflow::filter {

/// What was written, before names and types are looked up.
enum class Form : std::uint8_t {
    truth,  ///< true, false
    integer,
    real,
    text,
    column,
    call,  ///< `text` is the function's name
    negate,
    arithmetic,  ///< `text` is + - * /
    compare,     ///< `text` is = != < <= > >=
    in,          ///< operands: the value, then the list
    between,     ///< operands: the value, the least, the greatest
    is_null,
    logic_not,
    logic_and,  ///< two or more operands
    logic_or,
};

struct Ast {
    Form form = Form::truth;
    std::size_t offset = 0;  ///< byte of the token that errors point at
    std::string text = {};
    std::int64_t integer = 0;  ///< also truth: 0 or 1
    double real = 0;
    bool negated = false;  ///< not in, not between, is not null
    std::vector<Ast> operands = {};
};

}  // namespace tsflow::filter
