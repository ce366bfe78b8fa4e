#include "config/inputs.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "config/node_spec.hpp"
#include "config/option_table.hpp"
#include "config/overrides.hpp"

namespace tsflow {
namespace {

constexpr std::string_view forms =
    "a list such as inputs = [\"node\", \"node.port\"], or a table of named inputs such as "
    "inputs = { left = \"node\", right = \"other.port\" }";

class Inputs {
public:
    Inputs(const std::string& path, Diagnostics& diagnostics)
        : path_(path), diagnostics_(diagnostics) {}

    std::vector<InputSpec> read(const Value& value) {
        if (const Value::Array* items = value.array()) {
            if (items->empty()) {
                report(value, fmt::format("must not be empty; expected {}", forms));
            }
            for (const Value& item : *items) {
                add({}, item);
            }
        } else if (const Value::Table* members = value.table()) {
            if (members->empty() && !value.broken) {
                report(value, fmt::format("must not be empty; expected {}", forms));
            }
            for (const auto& [name, member] : *members) {
                if (!is_lower_snake(name)) {
                    diagnostics_.error(member.key_at, path_of(member, path_ + "." + name),
                                       "an input's name is made of a-z, 0-9 and '_', and begins "
                                       "with a letter");
                }
                add(name, member);
            }
        } else if (value.broken) {
            return {};
        } else if (value.text() != nullptr) {
            report(value,
                   fmt::format("expected {}; put the string into brackets: [{}]", forms,
                               found_text(value).substr(std::string_view{"the string "}.size())));
        } else {
            report(value, fmt::format("expected {}; found {}", forms, found_text(value)));
        }
        return std::move(inputs_);
    }

private:
    void report(const Value& at, std::string message) {
        diagnostics_.error(at.at, path_of(at, path_), std::move(message));
    }

    void add(const std::string& name, const Value& value) {
        if (value.broken) {
            return;
        }
        if (value.text() == nullptr) {
            report(value, fmt::format("expected the string \"node\" or \"node.port\"; found {}",
                                      found_text(value)));
            return;
        }
        auto input = split(*value.text(), value);
        if (!input) {
            return;
        }
        const auto same = [&](const InputSpec& other) {
            return other.node == input->node && other.port == input->port;
        };
        // Under two names one stream may well be joined with itself.
        if (name.empty() && std::any_of(inputs_.begin(), inputs_.end(), same)) {
            report(value,
                   fmt::format("'{}' is listed twice; remove one of the two", *value.text()));
            return;
        }
        input->name = name;
        input->at = value.at;
        inputs_.push_back(std::move(*input));
    }

    std::optional<InputSpec> split(const std::string& text, const Value& value) {
        static constexpr std::array<std::string_view, 3> sections = {"sources.", "transforms.",
                                                                     "sinks."};
        for (const std::string_view section : sections) {
            // Without a port, the graph's check tells `sources.feed` from the port of a node.
            if (text.starts_with(section) && text.find('.', section.size()) != std::string::npos) {
                report(value, fmt::format("inputs name nodes by their id alone; write \"{}\"",
                                          text.substr(section.size())));
                return std::nullopt;
            }
        }
        InputSpec input;
        const std::size_t dot = text.find('.');
        input.node = text.substr(0, dot);
        if (dot != std::string::npos) {
            input.port = text.substr(dot + 1);
        }
        if (!is_lower_snake(input.node) ||
            (dot != std::string::npos && !is_lower_snake(input.port))) {
            report(value, fmt::format("expected the string \"node\" or \"node.port\", in lower "
                                      "case; found {}",
                                      found_text(value)));
            return std::nullopt;
        }
        return input;
    }

    const std::string& path_;
    Diagnostics& diagnostics_;
    std::vector<InputSpec> inputs_;
};

}  // namespace

std::vector<InputSpec> read_inputs(const Value& value, const std::string& path,
                                   Diagnostics& diagnostics) {
    return Inputs{path, diagnostics}.read(value);
}

}  // namespace tsflow
