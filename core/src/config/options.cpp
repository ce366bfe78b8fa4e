#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/option_table.hpp"
#include "config/option_text.hpp"
#include "config/overrides.hpp"
#include "config/pipeline_spec.hpp"

namespace tsflow {
namespace {

/// Converts one table; `also` are keys that it may hold although they are no options.
class TableConversion {
public:
    TableConversion(const std::vector<OptionInfo>& options, const std::vector<std::string>& also,
                    const Value& table, const std::string& path, const std::filesystem::path& base,
                    Diagnostics& diagnostics)
        : options_(options),
          also_(also),
          table_(table),
          path_(path),
          base_(base),
          diagnostics_(diagnostics) {}

    OptionValues convert() {
        OptionValues values;
        for (const auto& [key, value] : *table_.table()) {
            const OptionInfo* option = find(key);
            if (option == nullptr) {
                unknown(key, value);
            } else if (auto converted =
                           convert_option(*option, value, path_ + "." + key, base_, diagnostics_)) {
                values.emplace(key, std::move(*converted));
            }
        }
        if (!table_.broken) {
            missing();
        }
        return values;
    }

private:
    const OptionInfo* find(std::string_view name) const {
        const auto found = std::find_if(options_.begin(), options_.end(),
                                        [&](const auto& option) { return option.name == name; });
        return found == options_.end() ? nullptr : &*found;
    }

    void unknown(const std::string& key, const Value& value) {
        if (holds_secret(options_)) {
            conceal_values(value, diagnostics_);  // a misspelt secret is one, too
        }
        std::vector<std::string> names;
        for (const OptionInfo& option : options_) {
            names.push_back(option.name);
        }
        const std::size_t options = names.size();
        names.insert(names.end(), also_.begin(), also_.end());

        std::string meant = nearest(key, names);
        std::string message = "unknown option";
        if (meant.empty()) {
            names.resize(options);
            message += names.empty()
                           ? "; there are none here"
                           : fmt::format("; the options are '{}'", fmt::join(names, "', '"));
        } else {
            meant_.push_back(meant);
        }
        diagnostics_.error(value.key_at, path_of(value, path_ + "." + key), std::move(message),
                           std::move(meant));
    }

    void missing() {
        for (const OptionInfo& option : options_) {
            const bool misspelt =
                std::find(meant_.begin(), meant_.end(), option.name) != meant_.end();
            if (option.required && !misspelt && table_.find(option.name) == nullptr) {
                diagnostics_.error(table_.key_at, path_of(table_, path_),
                                   fmt::format("missing option '{}' ({}); add {}", option.name,
                                               option.doc, example_line(option)));
            }
        }
    }

    const std::vector<OptionInfo>& options_;
    const std::vector<std::string>& also_;
    const Value& table_;
    const std::string& path_;
    const std::filesystem::path& base_;
    Diagnostics& diagnostics_;
    std::vector<std::string> meant_;  // what the unknown keys probably stand for
};

}  // namespace

OptionValues convert_options(const std::vector<OptionInfo>& options, const Value& table,
                             const std::string& path, const std::filesystem::path& base,
                             Diagnostics& diagnostics) {
    return TableConversion{options, reserved_keys(), table, path, base, diagnostics}.convert();
}

OptionValues convert_table(const std::vector<OptionInfo>& options, const Value& table,
                           const std::string& path, const std::filesystem::path& base,
                           Diagnostics& diagnostics) {
    static const std::vector<std::string> none;
    return TableConversion{options, none, table, path, base, diagnostics}.convert();
}

}  // namespace tsflow
