#include "bar_file.hpp"

#include "tsflow/error.hpp"

namespace tsflow::flat_file {

namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
constexpr std::size_t long_line_kept = 1024;  // enough to see what it is

}  // namespace

BarFile::BarFile(const std::filesystem::path& path, const RowFilter& filter, Context& context,
                 const Place& from, std::size_t room)
    : path_(path),
      context_(context),
      reader_(path, room),
      parser_(read_header(), filter,
              [this](std::uint64_t line, std::string_view raw, const std::string& what) {
                  context_.reject(raw, path_.string() + ":" + std::to_string(line) + ": " + what);
              }) {
    parser_.set_line(header_lines_ + 1);
    if (from.offset > 0) {
        skip_to(from);
    }
}

/// The line that comes next with its line feed, not consumed; empty at the end.
std::string_view BarFile::next_line() {
    while (true) {
        const std::string_view text = reader_.text();
        if (const std::size_t feed = text.find('\n'); feed != std::string_view::npos) {
            return text.substr(0, feed + 1);
        }
        switch (reader_.fill()) {
            case GzipReader::Fill::more:
                break;
            case GzipReader::Fill::broken:
                throw Error(failure());
            case GzipReader::Fill::full:
            case GzipReader::Fill::end:
                return reader_.text();
        }
    }
}

Header BarFile::read_header() {
    for (std::string_view line = next_line(); !line.empty(); line = next_line()) {
        const std::size_t bytes = line.size();
        ++header_lines_;
        if (reader_.offset() == 0 && line.starts_with(byte_order_mark)) {
            line.remove_prefix(byte_order_mark.size());
        }
        line = line.substr(0, line.find_last_not_of("\r\n") + 1);
        if (!line.empty()) {
            const Header header(line, path_.string());
            reader_.consume(bytes);
            return header;
        }
        reader_.consume(bytes);
    }
    throw Error("The file '" + path_.string() +
                "' is empty; expected a header line that names the columns.");
}

void BarFile::skip_to(const Place& place) {
    const std::string position = "byte " + std::to_string(place.offset) + " (line " +
                                 std::to_string(place.line) + ") of the text of '" +
                                 path_.string() + "'";
    char last = '\n';
    bool at_end = false;
    while (reader_.offset() < place.offset && !at_end) {
        const std::string_view text = reader_.text().substr(0, place.offset - reader_.offset());
        if (!text.empty()) {
            last = text.back();
            reader_.consume(text.size());
        } else if (const auto fill = reader_.fill(); fill == GzipReader::Fill::broken) {
            throw Error(failure());
        } else {
            at_end = fill == GzipReader::Fill::end;
        }
    }
    if (at_end) {
        throw Error("The saved position is " + position + ", and that file is now only " +
                    std::to_string(reader_.offset()) +
                    " bytes long: it was replaced. Start without the saved state to read it anew.");
    }
    const bool between_lines =
        reader_.offset() == place.offset && (last == '\n' || next_line().empty());
    if (!between_lines) {
        throw Error("The saved position is " + position +
                    ", and no line begins there: the file was replaced. Start without the saved "
                    "state to read it anew.");
    }
    parser_.set_line(place.line);
}

BarFile::Step BarFile::step(BatchBuilder& out, std::size_t most_rows) {
    if (long_line_bytes_ > 0) {
        skip_long_line();
    }
    parse(false, out, most_rows);
    if (out.rows() >= most_rows) {
        return Step::filled;
    }
    switch (reader_.fill()) {
        case GzipReader::Fill::more:
            return Step::more;
        case GzipReader::Fill::full:
            begin_long_line();
            return Step::more;
        case GzipReader::Fill::end:
            parse(true, out, most_rows);
            return Step::end;
        case GzipReader::Fill::broken:
            break;
    }
    return Step::broken;
}

void BarFile::parse(bool is_last, BatchBuilder& out, std::size_t most_rows) {
    reader_.consume(parser_.parse(reader_.text(), is_last, out, most_rows));
}

void BarFile::begin_long_line() {
    const std::string_view text = reader_.text();
    context_.reject(text.substr(0, long_line_kept),
                    path_.string() + ":" + std::to_string(parser_.line()) +
                        ": the line is longer than " + std::to_string(text.size()) +
                        " bytes; only its beginning is kept here");
    long_line_bytes_ = text.size();
    reader_.consume(text.size());
}

void BarFile::skip_long_line() {
    const std::string_view text = reader_.text();
    const std::size_t feed = text.find('\n');
    const std::size_t used = feed == std::string_view::npos ? text.size() : feed + 1;
    reader_.consume(used);
    long_line_bytes_ += used;
    if (feed != std::string_view::npos) {
        long_line_bytes_ = 0;
        parser_.set_line(parser_.line() + 1);
    }
}

Place BarFile::place() const noexcept {
    return {reader_.offset() - long_line_bytes_, parser_.line()};
}

}  // namespace tsflow::flat_file
