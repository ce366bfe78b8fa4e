#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/characters.hpp"
#include "config/option_table.hpp"
#include "config/option_text.hpp"
#include "config/option_units.hpp"
#include "config/overrides.hpp"

namespace tsflow {
namespace {

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
    Number number{};
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    return error == std::errc{} && stop == end ? std::optional{number} : std::nullopt;
}

std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> items;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        const std::string_view item = text.substr(0, end);
        const std::size_t first = item.find_first_not_of(" \t");
        if (first != std::string_view::npos) {
            items.emplace_back(item.substr(first, item.find_last_not_of(" \t") - first + 1));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return items;
}

class Conversion {
public:
    Conversion(const OptionInfo& option, const Value& value, const std::string& path,
               const std::filesystem::path& base, Diagnostics& diagnostics)
        : option_(option), value_(value), path_(path), base_(base), diagnostics_(diagnostics) {}

    std::optional<OptionValue> convert() {
        if (option_.type == OptionType::secret) {
            diagnostics_.conceal(value_.at);
        }
        if (value_.broken) {
            return std::nullopt;
        }
        switch (option_.type) {
            case OptionType::boolean:
                return boolean();
            case OptionType::real:
                return real();
            case OptionType::text:
                return text();
            case OptionType::path:
                return path();
            case OptionType::secret:
                return secret();
            case OptionType::text_list:
                return text_list();
            case OptionType::tables:
                return convert_tables(option_, value_, path_, base_, diagnostics_);
            default:
                return integral();
        }
    }

private:
    /// The text when it came from a variable, so that it may be read as another type.
    std::optional<std::string_view> filled_in() const {
        return value_.interpolated && value_.text() != nullptr
                   ? std::optional<std::string_view>{*value_.text()}
                   : std::nullopt;
    }
    void report(const Value& at, std::string message, std::string nearest_choice = {}) {
        diagnostics_.error(at.at, path_of(at, path_), std::move(message),
                           std::move(nearest_choice));
    }
    std::nullopt_t wrong_type() {
        report(value_,
               fmt::format(
                   "expected {}, such as {}; found {}", wanted(option_.type), example_line(option_),
                   option_.type == OptionType::secret ? value_.kind() : found_text(value_)));
        return std::nullopt;
    }

    std::optional<OptionValue> boolean() {
        if (const bool* plain = std::get_if<bool>(&value_.data)) {
            return *plain;
        }
        if (const auto text = filled_in(); text == "true" || text == "false") {
            return text == "true";
        }
        return wrong_type();
    }

    std::optional<OptionValue> real() {
        std::optional<double> number;
        if (const auto* plain = std::get_if<double>(&value_.data)) {
            number = *plain;
        } else if (const auto* integer = std::get_if<std::int64_t>(&value_.data)) {
            number = static_cast<double>(*integer);
        } else if (const auto text = filled_in()) {
            number = parse_number<double>(*text);
        }
        if (!number) {
            return wrong_type();
        }
        // NaN compares false to everything, so that a bounded option must refuse it by name.
        if (std::isnan(*number) && (option_.min || option_.max)) {
            return wrong_type();
        }
        return in_range(*number) ? std::optional<OptionValue>{*number} : std::nullopt;
    }

    /// Integers, and all that is held as one.
    std::optional<OptionValue> integral() {
        const std::optional<std::int64_t> number = read_integral();
        if (!number) {
            return wrong_type();
        }
        return in_range(static_cast<double>(*number)) ? std::optional<OptionValue>{*number}
                                                      : std::nullopt;
    }
    std::optional<std::int64_t> read_integral() const {
        const auto* integer = std::get_if<std::int64_t>(&value_.data);
        const auto* date = std::get_if<Value::DateTime>(&value_.data);
        const std::string* text = date != nullptr ? &date->text : value_.text();
        switch (option_.type) {
            case OptionType::integer:
                if (const auto filled = filled_in()) {
                    return parse_number<std::int64_t>(*filled);
                }
                return integer != nullptr ? std::optional{*integer} : std::nullopt;
            case OptionType::bytes:
                if (integer != nullptr) {
                    return *integer >= 0 ? std::optional{*integer} : std::nullopt;
                }
                return value_.text() != nullptr ? parse_bytes(*text) : std::nullopt;
            case OptionType::duration:
                if (const auto read =
                        value_.text() != nullptr ? parse_duration(*text) : std::nullopt) {
                    return read->count();
                }
                return std::nullopt;
            case OptionType::date:
                if (const auto read = text != nullptr ? parse_date(*text) : std::nullopt) {
                    return read->time_since_epoch().count();
                }
                return std::nullopt;
            default:
                if (const auto read = text != nullptr ? parse_timestamp(*text) : std::nullopt) {
                    return read->time_since_epoch().count();
                }
                return std::nullopt;
        }
    }
    bool in_range(double number) {
        const auto [least, most] = bounds();
        const bool low = least && number < *least;
        const bool high = most && number > *most;
        if (!low && !high) {
            return true;
        }
        const auto bound = [this](double at) { return bound_text(option_.type, at); };
        const std::string allowed =
            least && most ? fmt::format("between {} and {}", bound(*least), bound(*most))
            : least       ? "at least " + bound(*least)
                          : "at most " + bound(*most);
        report(value_, fmt::format("must be {}; found {}", allowed, found_text(value_)));
        return false;
    }
    /// The declared range, narrowed to what the member of an integer option can hold.
    std::pair<std::optional<double>, std::optional<double>> bounds() const {
        using Wide = std::numeric_limits<std::int64_t>;
        auto least = option_.min;
        auto most = option_.max;
        if (option_.lowest != Wide::min()) {
            least = std::max(least.value_or(Wide::min()), static_cast<double>(option_.lowest));
        }
        if (option_.highest != Wide::max()) {
            most = std::min(most.value_or(Wide::max()), static_cast<double>(option_.highest));
        }
        return {least, most};
    }

    std::optional<OptionValue> text() {
        if (value_.text() == nullptr) {
            return wrong_type();
        }
        return is_choice(value_) ? std::optional<OptionValue>{*value_.text()} : std::nullopt;
    }
    bool is_choice(const Value& value) {
        const auto& choices = option_.choices;
        const std::string& text = *value.text();
        if (choices.empty() || std::find(choices.begin(), choices.end(), text) != choices.end()) {
            return true;
        }
        report(value,
               fmt::format("must be one of '{}'; found {}", fmt::join(choices, "', '"),
                           found_text(value)),
               nearest(text, choices));
        return false;
    }

    std::optional<OptionValue> path() {
        if (value_.text() == nullptr) {
            return wrong_type();
        }
        const std::string& text = *value_.text();
        for (const std::string& prefix : option_.choices) {
            if (text.starts_with(prefix) && text.size() > prefix.size()) {
                return prefix + absolute(text.substr(prefix.size()));
            }
        }
        if (!option_.choices.empty()) {
            return text;
        }
        if (text.empty()) {
            report(value_, fmt::format("must not be empty; write a path, such as {}",
                                       example_line(option_)));
            return std::nullopt;
        }
        return absolute(text);
    }
    std::string absolute(const std::string& path) const {
        const auto joined = std::filesystem::absolute(base_.empty() ? "." : base_) / path;
        return joined.lexically_normal().string();
    }

    std::optional<OptionValue> secret() {
        if (value_.text() == nullptr) {
            return wrong_type();
        }
        return *value_.text();
    }

    std::optional<OptionValue> text_list() {
        Value::Array items;
        if (value_.array() != nullptr) {
            items = *value_.array();
        } else if (const auto text = filled_in()) {
            for (std::string& item : split_list(*text)) {
                items.push_back(value_);
                items.back().data = std::move(item);
            }
        } else {
            return wrong_type();
        }

        std::vector<std::string> result;
        bool right = true;
        for (const Value& item : items) {
            if (item.text() == nullptr) {
                report(item, fmt::format("expected a string in this list, as in {}; found {}",
                                         example_line(option_), found_text(item)));
                right = false;
            } else if (!is_choice(item)) {
                right = false;
            } else {
                result.push_back(*item.text());
            }
        }
        return right ? std::optional<OptionValue>{std::move(result)} : std::nullopt;
    }

    const OptionInfo& option_;
    const Value& value_;
    const std::string& path_;
    const std::filesystem::path& base_;
    Diagnostics& diagnostics_;
};

}  // namespace

std::optional<OptionValue> convert_option(const OptionInfo& option, const Value& value,
                                          const std::string& path,
                                          const std::filesystem::path& base,
                                          Diagnostics& diagnostics) {
    return Conversion{option, value, path, base, diagnostics}.convert();
}

std::string found_text(const Value& value) {
    constexpr std::size_t longest = 60;
    if (const auto* text = value.text()) {
        const std::size_t end = byte_of_character(*text, longest);
        const std::string_view mark = end < text->size() ? "…" : "";
        return fmt::format("the string {}{}", toml_string(text->substr(0, end)), mark);
    }
    if (const auto* boolean = std::get_if<bool>(&value.data)) {
        return *boolean ? "true" : "false";
    }
    if (const auto* integer = std::get_if<std::int64_t>(&value.data)) {
        return fmt::format("the integer {}", *integer);
    }
    if (const auto* real = std::get_if<double>(&value.data)) {
        return fmt::format("the float {}", toml_text(OptionType::real, *real));
    }
    if (const auto* date = std::get_if<Value::DateTime>(&value.data)) {
        return fmt::format("the date or time {}", date->text);
    }
    return std::string{value.kind()};
}

}  // namespace tsflow
