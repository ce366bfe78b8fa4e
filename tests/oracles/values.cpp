// indicator_values FOLDER: reads the data that prepare.sh put there and writes what this project's library
// makes of it beside it, for other people's programs to check.

#include "values.hpp"

#include <charconv>
#include <cstdio>
#include <exception>
#include <map>
#include <sstream>
#include <stdexcept>

#include "indicators/value.hpp"

namespace tsflow::market::oracles {

namespace {

/// The rows of a CSV file without its header, as texts.
template <class OnRow>
void each_row(const std::filesystem::path& file, OnRow on_row) {
    std::ifstream in(file);
    std::string line;
    if (!std::getline(in, line)) {
        throw std::runtime_error(file.string() + " is missing or empty");
    }
    std::vector<std::string> cells;
    while (std::getline(in, line)) {
        cells.clear();
        std::istringstream parts(line);
        for (std::string cell; std::getline(parts, cell, ',');) {
            cells.push_back(cell);
        }
        on_row(cells);
    }
}

class Names {
public:
    explicit Names(std::vector<std::string>& names) : names_(names) {}
    std::uint32_t number(const std::string& name) {
        const auto [at, inserted] =
            numbers_.try_emplace(name, static_cast<std::uint32_t>(names_.size()));
        if (inserted) {
            names_.push_back(name);
        }
        return at->second;
    }

private:
    std::vector<std::string>& names_;
    std::map<std::string, std::uint32_t> numbers_;
};

}  // namespace

std::uint32_t Data::symbol(std::string_view name) const {
    for (std::uint32_t number = 0; number < symbols.size(); ++number) {
        if (symbols[number] == name) {
            return number;
        }
    }
    throw std::runtime_error("no symbol " + std::string(name));
}

Data read(const std::filesystem::path& folder) {
    Data data;
    Names symbols(data.symbols);
    Names sectors(data.sectors);
    each_row(folder / "days.csv", [&](const std::vector<std::string>& row) {
        data.days.push_back({std::stoi(row.at(0)),
                             symbols.number(row.at(1)),
                             {std::stod(row.at(2)), std::stod(row.at(3)), std::stod(row.at(4)),
                              std::stod(row.at(5)), std::stod(row.at(6))}});
    });
    each_row(folder / "minutes.csv", [&](const std::vector<std::string>& row) {
        data.minutes.push_back({std::stoi(row.at(0)), symbols.number(row.at(1)),
                                std::stoul(row.at(2)), std::stod(row.at(3))});
    });
    each_row(folder / "splits.csv", [&](const std::vector<std::string>& row) {
        data.splits.push_back(
            {std::stoi(row.at(0)), symbols.number(row.at(1)), std::stod(row.at(2))});
    });
    data.sector_of.resize(data.symbols.size());
    const std::uint32_t none = sectors.number("UNCLASSIFIED");
    std::fill(data.sector_of.begin(), data.sector_of.end(), none);
    each_row(folder / "sectors.csv", [&](const std::vector<std::string>& row) {
        const std::uint32_t symbol = symbols.number(row.at(0));
        data.sector_of.resize(data.symbols.size(), none);
        data.sector_of[symbol] = sectors.number(row.at(1));
    });
    return data;
}

Table::Table(const std::filesystem::path& file, std::string_view header) : out_(file) {
    out_ << header << '\n';
}

Table& Table::operator<<(double value) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof(text), value).ptr;
    return *this << (known(value) ? std::string_view(text, end) : std::string_view());
}

Table& Table::operator<<(std::int64_t value) {
    char text[32];
    return *this << std::string_view(text, std::to_chars(text, text + sizeof(text), value).ptr);
}

Table& Table::operator<<(std::string_view value) {
    if (in_row_) {
        out_ << ',';
    }
    out_ << value;
    in_row_ = true;
    return *this;
}

void Table::end_row() {
    out_ << '\n';
    in_row_ = false;
}

}  // namespace tsflow::market::oracles

int main(int argc, char** argv) {
    using namespace tsflow::market::oracles;
    if (argc != 2) {
        std::fputs("usage: indicator_values FOLDER\n", stderr);
        return 2;
    }
    try {
        const std::filesystem::path folder = argv[1];
        const Data data = read(folder);
        write_market(data, folder);
        write_sectors(data, folder);
        write_weeks(data, folder);
        write_volume(data, folder);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "indicator_values: %s\n", error.what());
        return 1;
    }
    return 0;
}
