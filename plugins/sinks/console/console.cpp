#include "console.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <limits>
#include <system_error>

#include "tsflow/plugin.hpp"

namespace tsflow {

namespace {

/// The width of the terminal; no limit when the output goes elsewhere.
std::size_t terminal_width() {
    winsize size = {};
    if (::isatty(STDOUT_FILENO) != 0 && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
        size.ws_col > 0) {
        return size.ws_col;
    }
    return std::numeric_limits<std::size_t>::max();
}

/// At once, so that rows are seen when they come.
bool print(const std::string& text) {
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
           std::fflush(stdout) == 0;
}

}  // namespace

void Console::describe(Options<Config>& options) {
    options
        .optional("rows", &Config::rows,
                  "How many rows to print; the others are only counted. 0 prints all")
        .at_least(0)
        .in("rows");
    options
        .optional(
            "layout", &Config::layout,
            "'table': a line a row; 'list': a line a value; 'auto': a table unless it is wider "
            "than the terminal")
        .one_of({"auto", "table", "list"});
}

void Console::bind(const Ports& inputs) {
    schema_ = only(inputs);
}

void Console::open(Context&) {
    text_.reset();
    shown_ = 0;
    rows_ = 0;
    lost_ = false;
}

void Console::begin(const Batch& batch) {
    const std::size_t peek =
        config_.rows == 0 ? batch.rows() : static_cast<std::size_t>(config_.rows);
    text_.emplace(schema_);
    text_->fit(batch, peek);
    const bool list =
        config_.layout == "list" || (config_.layout == "auto" && text_->width() > terminal_width());
    layout_ = list ? RowText::Layout::list : RowText::Layout::table;
}

void Console::write(const Batch& batch) {
    const std::uint64_t before = rows_;
    rows_ += batch.rows();
    const auto limit = config_.rows == 0 ? std::numeric_limits<std::uint64_t>::max()
                                         : static_cast<std::uint64_t>(config_.rows);
    if (shown_ >= limit || batch.empty()) {
        return;
    }
    std::string out;
    if (!text_) {
        begin(batch);
        out = text_->header(layout_);
    }
    for (std::size_t row = 0; row < batch.rows() && shown_ < limit; ++row) {
        text_->append(out, batch, row, before + row + 1, layout_);
        ++shown_;
    }
    if (!print(out)) {
        const int error = errno;
        lost_ = true;
        throw Error("cannot print to the standard output: " +
                    std::generic_category().message(error));
    }
}

std::string Console::summary() const {
    const std::string rows = std::to_string(rows_) + (rows_ == 1 ? " row" : " rows");
    if (shown_ == rows_) {
        return "(" + rows + ")\n";
    }
    return "(" + rows + ", the first " + std::to_string(shown_) +
           " of them shown; set rows = 0 to see all)\n";
}

void Console::close() noexcept {
    if (!lost_) {
        print(summary());
    }
}

}  // namespace tsflow

TSFLOW_PLUGIN("console", "0.1.0") {
    plugin.add<tsflow::Console>();
}
