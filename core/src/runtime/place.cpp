#include "runtime/place.hpp"

#include <algorithm>
#include <charconv>

#include "config/overrides.hpp"

namespace tsflow {
namespace {

bool continues_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

std::size_t character_length(std::string_view text) {
    std::size_t length = 1;
    while (length < text.size() && continues_character(text[length])) {
        ++length;
    }
    return length;
}

/// Walks over the text of the file, counting lines and columns.
class Cursor {
public:
    Cursor(std::string_view text, Position at) : rest_(text), at_(at) {
        for (int line = 1; line < at.line && !rest_.empty(); ++line) {
            const std::size_t end = rest_.find('\n');
            rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        }
        for (int column = 1; column < at.column && !rest_.empty(); ++column) {
            rest_.remove_prefix(character_length(rest_));
        }
    }

    Position at() const { return at_; }
    std::string_view rest() const { return rest_; }
    bool starts_with(std::string_view text) const { return rest_.substr(0, text.size()) == text; }
    void skip(std::size_t bytes) {
        for (std::size_t i = 0; i < bytes && !rest_.empty(); ++i) {
            if (rest_.front() == '\n') {
                ++at_.line;
                at_.column = 1;
            } else if (rest_.size() == 1 || !continues_character(rest_[1])) {
                ++at_.column;
            }
            rest_.remove_prefix(1);
        }
    }
    /// A backslash at the end of a line takes away all blanks up to the next text.
    void skip_continuation() {
        const std::size_t end = starts_with("\\") ? rest_.find_first_not_of(" \t\r", 1) : 0;
        if (end == 0 || end == std::string_view::npos || rest_[end] != '\n') {
            return;
        }
        skip(std::min(rest_.find_first_not_of(" \t\r\n", end), rest_.size()));
    }

private:
    std::string_view rest_;
    Position at_;
};

/// How many bytes one TOML escape takes in the file, and how many in the value.
struct Escape {
    std::size_t written = 2;
    std::size_t meant = 1;
};

Escape escape_at(std::string_view text, std::string_view value) {
    const char kind = text.size() > 1 ? text[1] : '\0';
    if (kind == 'u' || kind == 'U') {
        return {kind == 'u' ? std::size_t{6} : std::size_t{10}, character_length(value)};
    }
    return {};
}

/// Behind a variable text and value go on alike: skips to where `tail` is left up to the quote, if that
/// is what stands there.
void skip_to_tail(Cursor& cursor, std::string_view quote, std::string_view tail) {
    const std::string_view written = cursor.rest().substr(0, cursor.rest().find(quote));
    if (cursor.starts_with("$") && written.ends_with(tail)) {
        cursor.skip(written.size() - tail.size());
    }
}

}  // namespace

Position position_in_string(std::string_view file, Position at, std::string_view value,
                            std::size_t offset) {
    Cursor cursor(file, at);
    const bool basic = cursor.starts_with("\"");
    if (at.line == 0 || (!basic && !cursor.starts_with("'"))) {
        return at;
    }
    const bool multiline = cursor.starts_with("\"\"\"") || cursor.starts_with("'''");
    const std::string_view quote = cursor.rest().substr(0, multiline ? 3 : 1);
    cursor.skip(quote.size());
    if (multiline) {
        cursor.skip(cursor.starts_with("\r\n") ? 2 : cursor.starts_with("\n") ? 1 : 0);
    }
    offset = std::min(offset, value.size());
    std::size_t done = 0;
    for (;;) {
        if (basic && multiline) {
            cursor.skip_continuation();
        }
        if (done >= offset || cursor.rest().empty()) {
            break;
        }
        if (basic && cursor.starts_with("\\")) {
            const Escape escape = escape_at(cursor.rest(), value.substr(done));
            cursor.skip(escape.written);
            done += escape.meant;
        } else if (cursor.rest().front() == value[done]) {
            cursor.skip(1);
            ++done;
        } else {
            skip_to_tail(cursor, quote, value.substr(offset));
            break;
        }
    }
    return cursor.at();
}

namespace {

/// The value that `option` leads to (`connections.1.universe`), or the innermost table or list on the way
/// that is there; null when not even its first part is.
const Value* innermost(const Value& options, std::string_view option) {
    const Value* found = nullptr;
    const Value* next = &options;
    while (!option.empty()) {
        const std::string_view part = option.substr(0, option.find('.'));
        option.remove_prefix(std::min(part.size() + 1, option.size()));
        if (const Value::Array* list = next->array(); list != nullptr) {
            std::size_t index = list->size();
            std::from_chars(part.data(), part.data() + part.size(), index);
            next = index < list->size() ? &(*list)[index] : nullptr;
        } else {
            next = next->find(part);
        }
        if (next == nullptr) {
            break;
        }
        found = next;
    }
    return found;
}

}  // namespace

Place place_of(const NodeSpec& spec, std::string_view option, std::optional<std::size_t> offset,
               std::string_view file) {
    if (option.empty()) {
        return {spec.at, spec.path};
    }
    std::string path = spec.path + "." + std::string{option};
    if (option == "inputs") {
        return {spec.inputs_at, std::move(path)};
    }
    const Value* value = innermost(spec.options, option);
    if (value == nullptr) {
        return {spec.at, std::move(path)};
    }
    path = path_of(*value, path);
    if (offset && value->text() != nullptr) {
        return {position_in_string(file, value->at, *value->text(), *offset), std::move(path)};
    }
    return {value->at, std::move(path)};
}

}  // namespace tsflow
