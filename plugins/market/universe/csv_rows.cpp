#include "csv_rows.hpp"

#include <algorithm>

#include "tsflow/error.hpp"
#include "tsflow/text.hpp"

namespace tsflow::market {

namespace {

std::string_view trim(std::string_view text) {
    constexpr std::string_view blanks = " \t\r";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string list(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

}  // namespace

CsvRows::CsvRows(std::string file, std::string_view text, std::vector<std::string> required,
                 const std::vector<std::string>& optional)
    : file_(std::move(file)), rest_(text) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (rest_.starts_with(byte_order_mark)) {
        rest_.remove_prefix(byte_order_mark.size());
    }
    std::vector<std::string> known = required;
    known.insert(known.end(), optional.begin(), optional.end());
    if (!read_line()) {
        fail("the file is empty; it must start with the names of its columns: " + list(known));
    }
    header_ = std::move(fields_);
    for (const std::string& name : header_) {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            const std::string near = nearest(name, known);
            fail("there is no column '" + name + "'" +
                 (near.empty() ? "; the columns are " + list(known)
                               : "; did you mean '" + near + "'?"));
        }
        if (std::count(header_.begin(), header_.end(), name) > 1) {
            fail("the column '" + name + "' is there twice");
        }
    }
    for (const std::string& name : required) {
        if (!has(name)) {
            fail("the column '" + name +
                 "' is missing; the first line must name the columns: " + list(known));
        }
    }
}

bool CsvRows::next() {
    if (!read_line()) {
        return false;
    }
    if (fields_.size() != header_.size()) {
        fail("expected " + std::to_string(header_.size()) +
             " fields, as in the first line; found " + std::to_string(fields_.size()));
    }
    return true;
}

const std::string& CsvRows::field(std::string_view column) const {
    static const std::string none;
    const auto found = std::find(header_.begin(), header_.end(), column);
    return found == header_.end() ? none
                                  : fields_[static_cast<std::size_t>(found - header_.begin())];
}

bool CsvRows::has(std::string_view column) const {
    return std::find(header_.begin(), header_.end(), column) != header_.end();
}

void CsvRows::fail(const std::string& problem) const {
    throw Error(file_ + ":" + std::to_string(std::max<std::size_t>(line_, 1)) + ": " + problem);
}

bool CsvRows::read_line() {
    while (!rest_.empty()) {
        ++line_;
        const std::size_t end = std::min(rest_.find('\n'), rest_.size());
        std::string_view line = trim(rest_.substr(0, end));
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        fields_.clear();
        for (;;) {
            fields_.push_back(read_field(line));
            if (line.empty()) {
                return true;
            }
            line.remove_prefix(1);  // the comma
        }
    }
    return false;
}

std::string CsvRows::read_field(std::string_view& rest) const {
    rest = rest.substr(std::min(rest.find_first_not_of(" \t"), rest.size()));
    if (!rest.starts_with('"')) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        const std::string_view field = trim(rest.substr(0, comma));
        rest.remove_prefix(comma);
        return std::string{field};
    }
    std::string field;
    for (std::size_t i = 1; i < rest.size(); ++i) {
        if (rest[i] != '"') {
            field += rest[i];
        } else if (i + 1 < rest.size() && rest[i + 1] == '"') {
            field += '"';
            ++i;
        } else {
            rest = trim(rest.substr(i + 1));
            if (!rest.empty() && !rest.starts_with(',')) {
                fail("only a comma may follow a closing quote");
            }
            return field;
        }
    }
    fail("the quote is not closed; a field ends on its line");
}

}  // namespace tsflow::market
