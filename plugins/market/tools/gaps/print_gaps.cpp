#include "gaps/print_gaps.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "massive/channel.hpp"
#include "tsflow/text.hpp"

namespace tsflow::massive {
namespace {

using market::massive::port_name;

std::string count_text(std::size_t count, const char* what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

// ---- text ------------------------------------------------------------------------------------------

constexpr std::size_t text_columns = 9;
using Line = std::array<std::string, text_columns>;

Line line_of(const std::string& source, const Gap& gap) {
    return {source,
            gap.symbol,
            std::string(port_name(gap.channel)),
            format_timestamp(gap.from),
            gap.to ? format_timestamp(*gap.to) : "still dark",
            std::string(to_string(gap.cause)),
            std::string(to_string(gap.state)),
            std::to_string(gap.rows),
            gap.detail};
}

/// Columns as wide as they must be; without the first when there is only one source.
std::string table(const std::vector<Line>& lines, bool with_source) {
    std::array<std::size_t, text_columns> widths{};
    for (const Line& line : lines) {
        for (std::size_t i = 0; i < text_columns; ++i) {
            widths[i] = std::max(widths[i], line[i].size());
        }
    }
    std::string out;
    for (const Line& line : lines) {
        std::string row;
        for (std::size_t i = with_source ? 0 : 1; i < text_columns; ++i) {
            row += line[i] + std::string(widths[i] - line[i].size() + 2, ' ');
        }
        row.erase(row.find_last_not_of(' ') + 1);
        out += row + "\n";
    }
    return out;
}

std::string as_text(const std::vector<SourceGaps>& sources) {
    std::vector<Line> lines{
        {"SOURCE", "SYMBOL", "CHANNEL", "FROM", "TO", "CAUSE", "STATE", "ROWS", "DETAIL"}};
    std::map<GapState, std::size_t> counts;
    for (const SourceGaps& source : sources) {
        for (const Gap& gap : source.gaps) {
            lines.push_back(line_of(source.source, gap));
            ++counts[gap.state];
        }
    }
    std::string summary = count_text(lines.size() - 1, "gap");
    const char* separator = ": ";
    for (const auto& [state, count] : counts) {
        summary += separator + std::to_string(count) + " " + std::string(to_string(state));
        separator = ", ";
    }
    return (lines.size() > 1 ? table(lines, sources.size() > 1) : "") + summary + "\n";
}

// ---- json and csv ----------------------------------------------------------------------------------

/// One cell; what is no text is written as it is.
struct Cell {
    std::string_view name;
    std::string value;
    bool text = true;
    bool missing = false;
};

std::vector<Cell> cells_of(const std::string& source, const Gap& gap) {
    return {{"source", source},
            {"id", std::to_string(gap.id), false},
            {"channel", std::string(port_name(gap.channel))},
            {"symbol", gap.symbol},
            {"from", format_timestamp(gap.from)},
            {"to", gap.to ? format_timestamp(*gap.to) : "", true, !gap.to},
            {"cause", std::string(to_string(gap.cause))},
            {"state", std::string(to_string(gap.state))},
            {"filled_to", format_timestamp(gap.filled_to)},
            {"rows", std::to_string(gap.rows), false},
            {"detected", format_timestamp(gap.detected)},
            {"changed", format_timestamp(gap.changed)},
            {"detail", gap.detail}};
}

std::string as_json(const std::vector<SourceGaps>& sources) {
    std::string out = "[";
    for (const SourceGaps& source : sources) {
        for (const Gap& gap : source.gaps) {
            out += out.size() == 1 ? "\n{" : ",\n{";
            const char* separator = "";
            for (const Cell& cell : cells_of(source.source, gap)) {
                out += separator;
                append_json_text(out, cell.name);
                out += ':';
                if (cell.missing) {
                    out += "null";
                } else if (cell.text) {
                    append_json_text(out, cell.value);
                } else {
                    out += cell.value;
                }
                separator = ",";
            }
            out += '}';
        }
    }
    return out + (out.size() == 1 ? "]\n" : "\n]\n");
}

/// As RFC 4180 quotes.
std::string quoted(const std::string& value) {
    if (value.find_first_of(",\"\r\n") == std::string::npos) {
        return value;
    }
    std::string out = "\"";
    for (const char c : value) {
        out += c == '"' ? "\"\"" : std::string(1, c);
    }
    return out + "\"";
}

std::string as_csv(const std::vector<SourceGaps>& sources) {
    std::string out;
    const char* separator = "";
    for (const Cell& cell : cells_of({}, {})) {
        out += separator + std::string(cell.name);
        separator = ",";
    }
    for (const SourceGaps& source : sources) {
        for (const Gap& gap : source.gaps) {
            separator = "\n";
            for (const Cell& cell : cells_of(source.source, gap)) {
                out += separator + quoted(cell.value);
                separator = ",";
            }
        }
    }
    return out + "\n";
}

}  // namespace

std::string print_gaps(const std::vector<SourceGaps>& sources, GapFormat format) {
    switch (format) {
        case GapFormat::json:
            return as_json(sources);
        case GapFormat::csv:
            return as_csv(sources);
        case GapFormat::text:
            break;
    }
    return as_text(sources);
}

}  // namespace tsflow::massive
