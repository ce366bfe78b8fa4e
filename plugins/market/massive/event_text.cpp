#include "event_text.hpp"

namespace tsflow::market::massive {

std::size_t object_length(std::string_view text) noexcept {
    if (text.empty() || (text.front() != '{' && text.front() != '[')) {
        return 0;
    }
    std::size_t depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c == '\\') {
                ++i;
            } else if (c == '"') {
                quoted = false;
            }
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            if (--depth == 0) {
                return i + 1;
            }
        }
    }
    return 0;
}

}  // namespace tsflow::market::massive
