#include "sale_conditions.hpp"

#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "tsflow/error.hpp"

namespace tsflow::bars {

namespace {

constexpr std::string_view header = "id,name,open_close,high_low,volume,extended";

/// Takes what stands before the next `separator` off `text`.
std::string_view take(std::string_view& text, char separator) {
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view first = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return first;
}

std::optional<std::size_t> number(std::string_view text) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

bool yes_or_no(std::string_view text, std::string_view where) {
    if (text != "yes" && text != "no") {
        throw Error(std::string{where} + ": '" + std::string{text} + "' is neither yes nor no");
    }
    return text == "yes";
}

}  // namespace

SaleConditions::SaleConditions() {
    read(shipped_conditions, "the shipped sale conditions");
}

SaleConditions::SaleConditions(const std::filesystem::path& file) {
    std::ifstream in(file);
    if (!in) {
        throw Error("cannot read the sale conditions in '" + file.string() +
                    "'; check the path and the access rights, or leave option 'conditions' out");
    }
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    read(text, file.string());
}

void SaleConditions::read(std::string_view csv, std::string_view place) {
    bool begun = false;
    for (std::size_t line_number = 1; !csv.empty(); ++line_number) {
        std::string_view line = take(csv, '\n');
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        const std::string where = std::string{place} + ":" + std::to_string(line_number);
        if (!begun && line != header) {
            throw Error(where + ": the first line must be '" + std::string{header} + "'");
        }
        if (begun) {
            read_line(line, where);
        }
        begun = true;
    }
    if (!begun) {
        throw Error(std::string{place} + " holds no sale conditions");
    }
}

void SaleConditions::read_line(std::string_view line, std::string_view where) {
    const std::string_view id_text = take(line, ',');
    const auto id = number(id_text);
    if (!id || *id >= most) {
        throw Error(std::string{where} + ": '" + std::string{id_text} +
                    "' is no number of a sale condition, which are below " + std::to_string(most));
    }
    Rule& rule = rules_[*id];
    if (rule.known) {
        throw Error(std::string{where} + ": condition " + std::to_string(*id) + " comes twice");
    }
    take(line, ',');  // the name, for readers
    rule.known = true;
    rule.updates.open_close = yes_or_no(take(line, ','), where);
    rule.updates.high_low = yes_or_no(take(line, ','), where);
    rule.updates.volume = yes_or_no(take(line, ','), where);
    rule.marks_extended = yes_or_no(take(line, ','), where);
}

Updates SaleConditions::of(std::string_view conditions, bool regular_hours,
                           bool& unknown) const noexcept {
    Updates updates;
    while (!conditions.empty()) {
        const auto id = number(take(conditions, ','));
        const Rule rule = id && *id < most ? rules_[*id] : Rule{};
        unknown = unknown || !rule.known;
        if (rule.marks_extended && !regular_hours) {
            continue;
        }
        updates.open_close = updates.open_close && rule.updates.open_close;
        updates.high_low = updates.high_low && rule.updates.high_low;
        updates.volume = updates.volume && rule.updates.volume;
    }
    return updates;
}

}  // namespace tsflow::bars
