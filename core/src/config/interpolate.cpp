#include "config/interpolate.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "config/overrides.hpp"

namespace tsflow {
namespace {

bool is_variable_name(std::string_view name) noexcept {
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    const auto is_part = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
    return !name.empty() && is_letter(name.front()) &&
           std::all_of(name.begin(), name.end(), is_part);
}

class Interpolation {
public:
    Interpolation(const Environment& environment, Diagnostics& diagnostics)
        : environment_(environment), diagnostics_(diagnostics) {}

    void visit(Value& value) {
        if (auto* text = std::get_if<std::string>(&value.data)) {
            if (text->find('$') != std::string::npos) {
                fill(value, *text);
            }
        } else if (auto* members = value.table()) {
            const std::size_t length = path_.size();
            for (auto& [key, member] : *members) {
                path_ += path_.empty() ? key : "." + key;
                visit(member);
                path_.resize(length);
            }
        } else if (auto* items = std::get_if<Value::Array>(&value.data)) {
            for (std::size_t i = 0; i < items->size(); ++i) {
                visit_item(value, (*items)[i], i);
            }
        }
    }

private:
    /// A list of texts is broken as a whole; of a list of tables, only the values in them are.
    void visit_item(Value& list, Value& item, std::size_t index) {
        if (item.table() == nullptr) {
            visit(item);
            list.broken = list.broken || item.broken;
            return;
        }
        const std::size_t length = path_.size();
        path_ += fmt::format(".{}", index);
        visit(item);
        path_.resize(length);
    }

    void fill(Value& value, std::string& text) {
        std::string filled;
        std::string_view rest = text;
        while (true) {
            const std::size_t dollar = rest.find('$');
            filled += rest.substr(0, dollar);
            if (dollar == std::string_view::npos) {
                break;
            }
            rest.remove_prefix(dollar + 1);
            if (rest.starts_with('$')) {
                filled += '$';
                rest.remove_prefix(1);
            } else if (!rest.starts_with('{')) {
                filled += '$';
            } else {
                const std::size_t end = rest.find('}');
                if (end == std::string_view::npos) {
                    refuse(value, "a '${' has no '}'; write ${NAME}, or $$ for a dollar sign");
                } else {
                    reference(value, rest.substr(1, end - 1), filled);
                }
                rest.remove_prefix(
                    std::min(end == std::string_view::npos ? end : end + 1, rest.size()));
            }
        }
        text = std::move(filled);
    }

    /// One `${inside}`.
    void reference(Value& value, std::string_view inside, std::string& filled) {
        constexpr std::string_view separator = ":-";
        const std::size_t split = inside.find(separator);
        const std::string name{inside.substr(0, split)};
        if (!is_variable_name(name)) {
            refuse(value, name.empty()
                              ? "'${}' names no variable; write ${NAME} or ${NAME:-default}, or $$ "
                                "for a dollar sign"
                              : "what stands in '${…}' is no name of a variable; write ${NAME} or "
                                "${NAME:-default}, or $$ for a dollar sign");
            return;
        }
        const auto found = environment_ ? environment_(name) : std::nullopt;
        if (split == std::string_view::npos) {
            if (!found) {
                refuse(value,
                       fmt::format("the environment variable {0} is not set; set it, load it "
                                   "with --env-file, or write ${{{0}:-default}}",
                                   name));
                return;
            }
            filled += *found;
        } else {
            const std::string_view fallback = inside.substr(split + separator.size());
            if (fallback.find("${") != std::string_view::npos) {
                refuse(
                    value,
                    fmt::format("the default of {} holds a '${{'; defaults are plain text", name));
                return;
            }
            filled += found && !found->empty() ? std::string_view{*found} : fallback;
        }
        value.interpolated = true;
    }

    void refuse(Value& value, std::string message) {
        diagnostics_.error(value.at, path_of(value, path_), std::move(message));
        value.broken = true;
    }

    const Environment& environment_;
    Diagnostics& diagnostics_;
    std::string path_;
};

}  // namespace

void interpolate(Value& root, const Environment& environment, Diagnostics& diagnostics) {
    Interpolation{environment, diagnostics}.visit(root);
}

}  // namespace tsflow
