#include "config/diagnostics.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "config/characters.hpp"

namespace tsflow {
namespace {

constexpr std::size_t shown_width = 140;  // longer source lines are cut around the caret

struct Palette {
    std::string_view bold, error, warning, caret, off;
};
constexpr Palette plain{"", "", "", "", ""};
constexpr Palette coloured{"\033[1m", "\033[1;31m", "\033[1;35m", "\033[1;32m", "\033[0m"};

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        lines.push_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

/// `line` from character `first` on, at most `count` characters, with control characters blanked.
std::string cut(std::string_view line, std::size_t first, std::size_t count) {
    const std::size_t begin = byte_of_character(line, first);
    const std::string_view rest = line.substr(begin);
    std::string result{rest.substr(0, byte_of_character(rest, count))};
    for (char& c : result) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            c = ' ';
        }
    }
    return result;
}

/// The source line, and the caret below it, behind a gutter with the line's number.
std::string excerpt(std::string_view line, Position at, std::size_t concealed_from,
                    const Palette& palette) {
    const std::size_t length = count_characters(line);
    const std::size_t visible = std::min(length, concealed_from);
    const std::size_t caret = std::min(static_cast<std::size_t>(at.column - 1), visible);
    const std::size_t first = caret < shown_width ? 0 : caret - shown_width / 2;
    const std::size_t last = std::min(visible, first + shown_width);

    const std::string_view head = first > 0 ? "…" : "";
    const std::string_view tail = last < length ? "…" : "";
    const std::string number = fmt::format("{:5}", at.line);
    return fmt::format("{} | {}{}{}\n{:{}} | {:{}}{}^{}\n", number, head,
                       cut(line, first, last - first), tail, "", number.size(), "",
                       caret - first + (first > 0 ? 1 : 0), palette.caret, palette.off);
}

}  // namespace

Diagnostics::Diagnostics(std::string file, std::string text)
    : file_(std::move(file)), text_(std::move(text)) {}

void Diagnostics::add(Severity severity, Position at, std::string path, std::string message,
                      std::string nearest) {
    list_.push_back({severity, at, std::move(path), secrets_.hide(message), std::move(nearest)});
    errors_ += severity == Severity::error ? 1 : 0;
}

void Diagnostics::error(Position at, std::string path, std::string message, std::string nearest) {
    add(Severity::error, at, std::move(path), std::move(message), std::move(nearest));
}

void Diagnostics::warning(Position at, std::string path, std::string message, std::string nearest) {
    add(Severity::warning, at, std::move(path), std::move(message), std::move(nearest));
}

void Diagnostics::conceal(Position from) {
    concealed_.push_back(from);
}

std::vector<Diagnostic> Diagnostics::sorted() const {
    std::vector<Diagnostic> result = list_;
    const auto place = [](const Diagnostic& d) { return std::tuple{d.at.line, d.at.column}; };
    std::stable_sort(result.begin(), result.end(),
                     [&](const auto& a, const auto& b) { return place(a) < place(b); });
    // Equal entries need not be neighbours among those of one place.
    auto kept = result.begin();
    auto same_place = kept;
    for (auto entry = result.begin(); entry != result.end(); ++entry) {
        if (same_place != kept && same_place->at != entry->at) {
            same_place = kept;
        }
        const bool seen = std::any_of(same_place, kept, [&](const Diagnostic& other) {
            return other.severity == entry->severity && other.path == entry->path &&
                   other.message == entry->message;
        });
        if (!seen) {
            if (kept != entry) {
                *kept = std::move(*entry);
            }
            ++kept;
        }
    }
    result.erase(kept, result.end());
    return result;
}

std::string Diagnostics::to_text(bool colour) const {
    const Palette& palette = colour ? coloured : plain;
    const auto lines = lines_of(text_);
    std::string out;
    for (const Diagnostic& entry : sorted()) {
        const bool is_error = entry.severity == Severity::error;
        out += fmt::format("{}{}", palette.bold, file_);
        if (entry.at.line > 0) {
            out += fmt::format(":{}:{}", entry.at.line, entry.at.column);
        }
        out += fmt::format(":{} {}{}:{} ", palette.off, is_error ? palette.error : palette.warning,
                           is_error ? "error" : "warning", palette.off);
        if (!entry.path.empty()) {
            out += fmt::format("{}: ", entry.path);
        }
        out += entry.message;
        if (!entry.nearest.empty()) {
            out += fmt::format("; did you mean '{}'?", entry.nearest);
        }
        out += '\n';

        const auto line = static_cast<std::size_t>(entry.at.line);
        if (line == 0 || line > lines.size() || lines[line - 1].empty()) {
            continue;
        }
        std::size_t concealed = lines[line - 1].size();
        for (const Position& from : concealed_) {
            if (from.line == entry.at.line) {
                concealed = std::min(concealed, static_cast<std::size_t>(from.column - 1));
            }
        }
        out += excerpt(lines[line - 1], entry.at, concealed, palette);
    }
    return out;
}

}  // namespace tsflow
