#include "session/splits.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "csv_rows.hpp"
#include "tsflow/error.hpp"

namespace tsflow::market {

namespace {

std::string read_text(const std::filesystem::path& file) {
    std::error_code missing;
    std::ifstream in;
    if (std::filesystem::is_regular_file(file, missing)) {
        in.open(file, std::ios::binary);
    }
    if (!in.is_open()) {
        throw Error("the file of splits '" + file.string() +
                    "' cannot be read; check the path and the access rights");
    }
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::optional<double> parse_ratio(const std::string& text) {
    double value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    return error == std::errc{} && stop == end && std::isfinite(value) && value > 0
               ? std::optional{value}
               : std::nullopt;
}

}  // namespace

std::vector<Split> read_splits(const std::filesystem::path& file) {
    const std::string text = read_text(file);
    CsvRows rows(file.string(), text, {"ticker", "ex_date", "kind", "value"}, {});
    std::vector<Split> splits;
    while (rows.next()) {
        if (rows.field("kind") != "split") {
            continue;
        }
        const std::optional<Date> date = parse_date(rows.field("ex_date"));
        if (!date) {
            rows.fail("ex_date is '" + rows.field("ex_date") + "'; expected a date as 2020-08-31");
        }
        const std::optional<double> ratio = parse_ratio(rows.field("value"));
        if (!ratio) {
            rows.fail("value is '" + rows.field("value") +
                      "'; expected the number of new shares for an old one, as 4 or 0.125");
        }
        splits.push_back({*date, Symbol::intern(rows.field("ticker")), *ratio});
    }
    std::sort(splits.begin(), splits.end(), [](const Split& a, const Split& b) {
        return a.ex_date != b.ex_date ? a.ex_date < b.ex_date : a.symbol.text() < b.symbol.text();
    });
    return splits;
}

}  // namespace tsflow::market
