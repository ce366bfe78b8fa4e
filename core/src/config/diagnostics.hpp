#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "log/secrets.hpp"
#include "tsflow/text.hpp"  // nearest(), for suggestions

namespace tsflow {

/// A place in the pipeline file; both count from 1, columns in characters. Line 0: no place known.
struct Position {
    int line = 0;
    int column = 0;
    bool operator==(const Position&) const = default;
};

enum class Severity { error, warning };

/// One problem of a pipeline file.
struct Diagnostic {
    Severity severity = Severity::error;
    Position at;
    std::string path;     ///< `sinks.bars.table`; empty for problems of syntax
    std::string message;  ///< what is wrong, what was found, what was expected
    std::string nearest;  ///< rendered as `did you mean '…'?`; empty: no suggestion
};

/// Collects the problems of one pipeline file, so that all are reported in one run.
class Diagnostics {
public:
    /// `file` as the user named it; `text` is kept to show source lines.
    Diagnostics(std::string file, std::string text);

    void add(Severity severity, Position at, std::string path, std::string message,
             std::string nearest = {});
    void error(Position at, std::string path, std::string message, std::string nearest = {});
    void warning(Position at, std::string path, std::string message, std::string nearest = {});

    /// From here to its end a source line holds a secret: it is not shown with any problem.
    void conceal(Position from);
    /// What no message that comes from now on shows.
    void hide(Secrets secrets) { secrets_ = std::move(secrets); }

    bool has_errors() const noexcept { return errors_ > 0; }
    std::size_t errors() const noexcept { return errors_; }
    std::size_t warnings() const noexcept { return list_.size() - errors_; }
    const std::string& file() const noexcept { return file_; }
    /// The file's text, for places inside a value.
    const std::string& text() const noexcept { return text_; }
    /// Sorted by line, then column; equal entries once.
    std::vector<Diagnostic> sorted() const;

    /// `file:line:col: error: path.to.key: what is wrong; did you mean 'x'?`, the source line and a
    /// caret below it; colours when `colour`.
    std::string to_text(bool colour) const;
    /// One JSON array of objects file, line, column, severity, path, message, suggestion.
    std::string to_json() const;

private:
    std::string file_;
    std::string text_;
    std::vector<Diagnostic> list_;
    std::vector<Position> concealed_;
    Secrets secrets_;
    std::size_t errors_ = 0;
};

}  // namespace tsflow
