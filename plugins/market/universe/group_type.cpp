#include "group_type.hpp"

#include <algorithm>

namespace tsflow::market {

std::optional<std::string> group_type(std::string_view text) {
    std::string upper{text};
    for (char& c : upper) {
        if (c >= 'a' && c <= 'z') {
            c = static_cast<char>(c - 'a' + 'A');
        }
    }
    if (std::find(group_types.begin(), group_types.end(), upper) == group_types.end()) {
        return std::nullopt;
    }
    return upper;
}

std::string group_type_list() {
    std::string list;
    for (const std::string_view type : group_types) {
        list.append(list.empty() ? "" : ", ").append(type);
    }
    return list;
}

std::string symbol_problem(std::string_view text) {
    constexpr std::size_t longest = 50;  // as wide as the column of the reference tables
    if (text.empty()) {
        return "the symbol is empty";
    }
    if (text.size() > longest) {
        return "the symbol '" + std::string{text} + "' is longer than 50 characters";
    }
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
        return c > ' ' && c <= '~' && c != ',' && c != '*' && c != '"';
    });
    return plain ? ""
                 : "the symbol '" + std::string{text} + "' holds a character that none may hold";
}

}  // namespace tsflow::market
