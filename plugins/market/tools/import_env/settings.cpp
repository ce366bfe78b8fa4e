#include "settings.hpp"

#include <algorithm>
#include <charconv>

#include "tsflow/error.hpp"

namespace tsflow::import_env {

std::string trimmed(const std::string& text) {
    constexpr const char* blanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blanks);
    return first == std::string::npos
               ? std::string{}
               : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

std::optional<std::string> Settings::text(const std::string& name) {
    const auto found = std::find_if(variables_.begin(), variables_.end(),
                                    [&](const auto& variable) { return variable.first == name; });
    if (found == variables_.end()) {
        return std::nullopt;
    }
    used_[name] = true;
    std::string value = trimmed(found->second);
    return value.empty() ? std::nullopt : std::optional{std::move(value)};
}

std::optional<bool> Settings::flag(const std::string& name) {
    const auto value = text(name);
    if (!value) {
        return std::nullopt;
    }
    const std::string word = lower(*value);
    for (const char* yes : {"true", "yes", "on", "1"}) {
        if (word == yes) {
            return true;
        }
    }
    for (const char* no : {"false", "no", "off", "0"}) {
        if (word == no) {
            return false;
        }
    }
    throw Error(name + " must be true or false, and is '" + *value + "'");
}

std::optional<long> Settings::number(const std::string& name) {
    const auto value = text(name);
    if (!value) {
        return std::nullopt;
    }
    long number = 0;
    const char* end = value->data() + value->size();
    const auto [stop, error] = std::from_chars(value->data(), end, number);
    if (error != std::errc{} || stop != end) {
        throw Error(name + " must be a whole number, and is '" + *value + "'");
    }
    return number;
}

void Settings::ignore(const std::string& name, std::string why) {
    reasons_[name] = std::move(why);
}

std::vector<Settings::Ignored> Settings::ignored() const {
    std::vector<Ignored> list;
    for (const auto& [name, value] : variables_) {
        const auto reason = reasons_.find(name);
        if (reason != reasons_.end()) {
            list.push_back({name, reason->second});
        } else if (!used_.contains(name)) {
            list.push_back({name, {}});
        }
    }
    return list;
}

}  // namespace tsflow::import_env
