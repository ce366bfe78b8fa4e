#include "config/value.hpp"

#include <algorithm>
#include <array>

namespace tsflow {

const Value* Value::find(std::string_view key) const noexcept {
    const Table* members = table();
    if (members == nullptr) {
        return nullptr;
    }
    const auto found = std::find_if(members->begin(), members->end(),
                                    [key](const auto& member) { return member.key == key; });
    return found == members->end() ? nullptr : &found->value;
}

Value* Value::find(std::string_view key) noexcept {
    return const_cast<Value*>(std::as_const(*this).find(key));
}

std::string_view Value::kind() const noexcept {
    // In the order of the variant.
    static constexpr std::array<std::string_view, 7> names = {
        "a boolean", "an integer", "a float", "a string", "a date or time", "an array", "a table"};
    return names[data.index()];
}

}  // namespace tsflow
