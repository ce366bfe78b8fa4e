#include "csv_rows.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "numbers.hpp"
#include "tsflow/error.hpp"
#include "words.hpp"

namespace tsflow::flat_file {

namespace {

namespace bar_column = market::bar_column;

/// What the vendor calls the columns, in the order of market::bar_column.
constexpr std::array<std::string_view, bar_column::count> column_names{
    "ticker", "window_start", "open", "high", "low", "close", "volume", "transactions"};

std::string_view without_carriage_return(std::string_view line) {
    return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

/// For messages; of a field that is no field but half a file, its beginning.
std::string quoted(std::string_view text) {
    constexpr std::size_t enough = 200;
    return "'" + std::string{text.substr(0, enough)} + (text.size() > enough ? "…'" : "'");
}

}  // namespace

Header::Header(std::string_view line, const std::string& file) {
    line = without_carriage_return(line);
    FieldSplitter names(line.size() + 1);
    fields_ = names.split(line);
    for (std::size_t column = 0; column < column_names.size(); ++column) {
        std::size_t seen = 0;
        for (std::size_t field = 0; field < fields_; ++field) {
            if (names[field] == column_names[column]) {
                at_[column] = field;
                ++seen;
            }
        }
        if (seen != 1) {
            throw Error("The file '" + file + "' has " +
                        (seen == 0 ? "no column " : "more than one column ") +
                        quoted(column_names[column]) + " in its header line " + quoted(line) +
                        "; minute and day aggregates have each of ticker, volume, open, close, "
                        "high, low, window_start, transactions once.");
        }
    }
}

std::size_t FieldSplitter::split(std::string_view line) {
    const char* const end = line.data() + line.size();
    const char* at = line.data();
    const char* field = at;
    std::size_t count = 0;
    const auto cut = [&](const char* comma) {
        keep(count++, {field, static_cast<std::size_t>(comma - field)});
        field = comma + 1;
    };
    for (; static_cast<std::size_t>(end - at) >= word_bytes; at += word_bytes) {
        const Word word = load_word(at);
        if (bytes_equal(word, '"') != 0) {
            return split_quoted(line);
        }
        for (Word commas = bytes_equal(word, ','); commas != 0; commas &= commas - 1) {
            cut(at + first_byte(commas));
        }
    }
    for (; at != end; ++at) {
        if (*at == '"') {
            return split_quoted(line);
        }
        if (*at == ',') {
            cut(at);
        }
    }
    cut(end);
    return count;
}

std::size_t FieldSplitter::split_quoted(std::string_view line) {
    unquoted_.clear();
    unquoted_.reserve(line.size());  // so that views into it stay
    std::size_t count = 0;
    for (std::size_t at = 0;; ++at) {
        if (at == line.size() || line[at] != '"') {
            const std::size_t comma = std::min(line.find(',', at), line.size());
            keep(count++, line.substr(at, comma - at));
            at = comma;
        } else {
            const std::size_t begin = unquoted_.size();
            for (++at;; ++at) {
                if (at == line.size()) {
                    return 0;
                }
                if (line[at] == '"' && (++at == line.size() || line[at] != '"')) {
                    break;
                }
                unquoted_ += line[at];
            }
            if (at != line.size() && line[at] != ',') {
                return 0;
            }
            keep(count++, std::string_view{unquoted_}.substr(begin));
        }
        if (at == line.size()) {
            return count;
        }
    }
}

RowParser::RowParser(const Header& header, const RowFilter& filter, Reject reject)
    : header_(header), filter_(filter), reject_(std::move(reject)), splitter_(header.fields()) {}

std::size_t RowParser::parse(std::string_view text, bool is_last, BatchBuilder& out,
                             std::size_t most_rows) {
    std::size_t used = 0;
    while (used < text.size() && out.rows() < most_rows) {
        const char* begin = text.data() + used;
        const std::size_t left = text.size() - used;
        const auto* feed = static_cast<const char*>(std::memchr(begin, '\n', left));
        if (feed == nullptr && !is_last) {
            break;
        }
        const std::size_t length = feed == nullptr ? left : static_cast<std::size_t>(feed - begin);
        const std::string_view line = without_carriage_return({begin, length});
        if (!line.empty()) {
            parse_line(line, out);
        }
        ++line_;
        used += std::min(length + 1, left);
    }
    return used;
}

void RowParser::parse_line(std::string_view line, BatchBuilder& out) {
    const std::size_t fields = splitter_.split(line);
    if (fields != header_.fields()) {
        reject(line, fields == 0 ? "its double quotes do not pair up"
                                 : "it has " + std::to_string(fields) + " fields and the header " +
                                       std::to_string(header_.fields()));
        return;
    }
    const std::string_view ticker = splitter_[header_[bar_column::symbol]];
    if (ticker != ticker_) {
        change_symbol(ticker);
    }
    if (!wanted_) {
        if (ticker.empty()) {
            reject(line, "field 'ticker' is empty");
        }
        return;
    }
    const auto field = [this](std::size_t column) { return splitter_[header_[column]]; };
    const auto refuse = [&](std::size_t column, const char* expected) {
        reject(line, "field " + quoted(column_names[column]) + " is " + quoted(field(column)) +
                         "; expected " + expected);
    };

    std::int64_t start = 0;
    if (!parse_integer(field(bar_column::timestamp), start)) {
        return refuse(bar_column::timestamp, "whole nanoseconds since 1970");
    }
    bar_.timestamp = Timestamp{Duration{start}};
    if (bar_.timestamp < filter_.begin || bar_.timestamp > filter_.last) {
        return;
    }
    for (const auto& [column, value] :
         {std::pair{bar_column::open, &bar_.open}, std::pair{bar_column::high, &bar_.high},
          std::pair{bar_column::low, &bar_.low}, std::pair{bar_column::close, &bar_.close},
          std::pair{bar_column::volume, &bar_.volume}}) {
        if (!parse_number(field(column), *value)) {
            return refuse(column, "a decimal number");
        }
    }
    bar_.transactions.reset();
    if (const std::string_view text = field(bar_column::transactions); !text.empty()) {
        std::int64_t transactions = 0;
        if (!parse_integer(text, transactions)) {
            return refuse(bar_column::transactions, "a whole number or nothing");
        }
        bar_.transactions = transactions;
    }
    append(out, bar_);
    greatest_ = std::max(greatest_, bar_.timestamp);
}

void RowParser::change_symbol(std::string_view ticker) {
    ticker_ = ticker;
    wanted_ = !ticker.empty() && (filter_.symbols.empty() ||
                                  std::binary_search(filter_.symbols.begin(), filter_.symbols.end(),
                                                     ticker, std::less<>{}));
    if (wanted_) {
        bar_.symbol = Symbol::intern(ticker);
    }
}

void RowParser::reject(std::string_view line, std::string what) const {
    reject_(line_, line, std::move(what));
}

}  // namespace tsflow::flat_file
