#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "config/option_table.hpp"
#include "config/option_text.hpp"
#include "config/overrides.hpp"

namespace tsflow {
namespace {

/// Converts a list of tables. What is found in its place is told by its kind only: it may hold secrets.
class TablesConversion {
public:
    TablesConversion(const OptionInfo& option, const Value& value, const std::string& path,
                     const std::filesystem::path& base, Diagnostics& diagnostics)
        : option_(option), value_(value), path_(path), base_(base), diagnostics_(diagnostics) {}

    std::optional<OptionValue> convert() {
        const Value::Array* items = value_.array();
        if (items == nullptr) {
            const bool single = value_.table() != nullptr;
            conceal(value_);
            report(value_, path_,
                   fmt::format("expected a list of tables, each with the header [[{}]]; found {}{}",
                               path_, value_.kind(),
                               single ? ", whose header has single brackets" : ""));
            return std::nullopt;
        }
        OptionTables tables;
        bool right = in_range(items->size());
        for (std::size_t i = 0; i < items->size(); ++i) {
            const Value& item = (*items)[i];
            const std::string path = fmt::format("{}.{}", path_, i);
            if (item.table() != nullptr) {
                tables.push_back({convert_table(option_.nested, item, path, base_, diagnostics_)});
            } else {
                conceal(item);
                report(item, path,
                       fmt::format("expected a table with the header [[{}]]; found {}", path_,
                                   item.kind()));
                right = false;
            }
        }
        return right ? std::optional<OptionValue>{std::move(tables)} : std::nullopt;
    }

private:
    void conceal(const Value& value) {
        if (holds_secret(option_.nested)) {
            conceal_values(value, diagnostics_);
        }
    }
    void report(const Value& at, const std::string& path, std::string message) {
        diagnostics_.error(at.key_at, path_of(at, path), std::move(message));
    }
    bool in_range(std::size_t count) {
        const auto number = static_cast<double>(count);
        const bool few = option_.min && number < *option_.min;
        const bool many = option_.max && number > *option_.max;
        if (few || many) {
            report(value_, path_,
                   fmt::format("must hold at {} {} tables; found {}", few ? "least" : "most",
                               bound_text(OptionType::tables, few ? *option_.min : *option_.max),
                               count));
        }
        return !few && !many;
    }

    const OptionInfo& option_;
    const Value& value_;
    const std::string& path_;
    const std::filesystem::path& base_;
    Diagnostics& diagnostics_;
};

}  // namespace

std::optional<OptionValue> convert_tables(const OptionInfo& option, const Value& value,
                                          const std::string& path,
                                          const std::filesystem::path& base,
                                          Diagnostics& diagnostics) {
    return TablesConversion{option, value, path, base, diagnostics}.convert();
}

bool holds_secret(const std::vector<OptionInfo>& options) {
    return std::any_of(options.begin(), options.end(), [](const OptionInfo& option) {
        return option.type == OptionType::secret || holds_secret(option.nested);
    });
}

void conceal_values(const Value& value, Diagnostics& diagnostics) {
    if (const Value::Table* members = value.table()) {
        for (const auto& [key, member] : *members) {
            conceal_values(member, diagnostics);
        }
    } else if (const Value::Array* items = value.array()) {
        for (const Value& item : *items) {
            conceal_values(item, diagnostics);
        }
    } else {
        diagnostics.conceal(value.at);
    }
}

}  // namespace tsflow
