#include "database.hpp"

namespace tsflow::sql {

Database::~Database() = default;

std::string quoted_name(std::string_view name, bool dotted) {
    std::string result = "\"";
    for (const char c : name) {
        if (c == '.' && dotted) {
            result += "\".\"";
            continue;
        }
        result += c;
        if (c == '"') {
            result += '"';
        }
    }
    return result += '"';
}

std::string literal(std::string_view text) {
    std::string result = "'";
    for (const char c : text) {
        result += c;
        if (c == '\'') {
            result += c;
        }
    }
    return result += '\'';
}

}  // namespace tsflow::sql
