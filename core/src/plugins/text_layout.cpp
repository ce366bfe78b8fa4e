#include "plugins/text_layout.hpp"

#include <algorithm>

#include "config/characters.hpp"

namespace tsflow {

namespace {

constexpr std::size_t gap = 2;
/// A last column is never made narrower, whatever the width asked for.
constexpr std::size_t least_wrap = 30;

void wrap_line(std::string_view text, std::size_t width, std::vector<std::string>& lines) {
    std::string line;
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(text.size(), word.size() + 1));
        if (!line.empty() && count_characters(line) + 1 + count_characters(word) > width) {
            lines.push_back(std::move(line));
            line.clear();
        }
        line += line.empty() ? "" : " ";
        line += word;
    }
    lines.push_back(std::move(line));
}

}  // namespace

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
    std::vector<std::string> lines;
    do {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        wrap_line(line, width, lines);
    } while (!text.empty());
    return lines;
}

std::string columns(const std::vector<std::vector<std::string>>& rows, std::size_t indent,
                    std::size_t width) {
    std::vector<std::size_t> widths;
    for (const std::vector<std::string>& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], count_characters(row[i]));
        }
    }
    std::size_t before_last = indent;
    for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
        before_last += widths[i] + gap;
    }
    const std::size_t room =
        width == 0 ? std::string::npos
                   : std::max(least_wrap, width > before_last ? width - before_last : 0);

    std::string out;
    for (const std::vector<std::string>& row : rows) {
        out.append(indent, ' ');
        for (std::size_t i = 0; i + 1 < row.size(); ++i) {
            out += row[i];
            out.append(widths[i] - count_characters(row[i]) + gap, ' ');
        }
        const std::vector<std::string> last = wrap(row.back(), room);
        out += last.front() + '\n';
        for (std::size_t i = 1; i < last.size(); ++i) {
            out.append(before_last, ' ');
            out += last[i] + '\n';
        }
    }
    return out;
}

}  // namespace tsflow
