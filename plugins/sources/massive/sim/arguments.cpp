#include "arguments.hpp"

#include <algorithm>
#include <cmath>

#include "tsflow/error.hpp"

namespace tsflow::massive_sim {

namespace {

[[noreturn]] void refuse(std::string_view name, std::string_view value, std::string_view expected) {
    throw Error("The parameter '" + std::string{name} + "' is '" + std::string{value} +
                "'; expected " + std::string{expected} + ".");
}

}  // namespace

std::string Arguments::text(std::string_view name, std::string_view otherwise) const {
    const std::string* value = find(parameters_, name);
    return value != nullptr ? *value : std::string{otherwise};
}

double Arguments::real(std::string_view name, double otherwise) const {
    const std::string* value = find(parameters_, name);
    if (value == nullptr) {
        return otherwise;
    }
    const auto read = number<double>(*value);
    if (!read || !(*read >= 0)) {
        refuse(name, *value, "a number that is not negative");
    }
    return *read;
}

std::int64_t Arguments::whole(std::string_view name, std::int64_t otherwise) const {
    constexpr double most = 1e15;
    const double value = real(name, static_cast<double>(otherwise));
    if (value > most || value != std::floor(value)) {
        refuse(name, text(name), "a whole number");
    }
    return static_cast<std::int64_t>(value);
}

bool Arguments::flag(std::string_view name) const {
    const std::string value = text(name, "false");
    if (!value.empty() && value != "true" && value != "false") {
        refuse(name, value, "true or false");
    }
    return value != "false";
}

std::string Arguments::choice(std::string_view name,
                              std::span<const std::string_view> words) const {
    std::string value = text(name, words.front());
    if (std::ranges::find(words, value) == words.end()) {
        std::string list = "one of";
        for (const std::string_view word : words) {
            list += (word == words.front() ? " " : ", ") + std::string{word};
        }
        refuse(name, value, list);
    }
    return value;
}

}  // namespace tsflow::massive_sim
