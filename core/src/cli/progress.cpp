#include "cli/progress.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "cli/terminal.hpp"
#include "runtime/figures.hpp"

namespace tsflow::cli {
namespace {

constexpr const char* clear_line = "\r\x1b[K";

std::uint64_t rows_from_sources(const PipelineMetrics& metrics) {
    std::uint64_t rows = 0;
    for (const NodeMetrics& node : metrics.nodes) {
        rows += node.kind == NodeKind::source ? node.rows_out : 0;
    }
    return rows;
}

/// The share of all sources together; nothing unless all know their size.
std::optional<double> share_done(const PipelineMetrics& metrics) {
    double done = 0;
    std::size_t sources = 0;
    for (const NodeMetrics& node : metrics.nodes) {
        if (node.kind != NodeKind::source) {
            continue;
        }
        if (!node.progress) {
            return std::nullopt;
        }
        ++sources;
        done +=
            static_cast<double>(node.progress->done) / static_cast<double>(node.progress->total);
    }
    return sources == 0 ? std::nullopt : std::optional{done / static_cast<double>(sources)};
}

std::optional<Timestamp> least_watermark(const PipelineMetrics& metrics) {
    std::optional<Timestamp> least;
    for (const NodeMetrics& node : metrics.nodes) {
        if (node.kind == NodeKind::sink && node.watermark) {
            least = least ? std::min(*least, *node.watermark) : *node.watermark;
        }
    }
    return least;
}

/// Far behind the clock it is a replay, and where it is tells more than how far back.
std::string event_time_text(Timestamp watermark, Timestamp now) {
    constexpr std::chrono::hours replay{24};
    if (now - watermark > replay || now < watermark) {
        return fmt::format("  at {}",
                           format_timestamp(std::chrono::floor<std::chrono::seconds>(watermark)));
    }
    return fmt::format("  lag {}",
                       short_time(static_cast<std::uint64_t>((now - watermark).count())));
}

}  // namespace

std::string progress_text(const PipelineMetrics& metrics, const PipelineMetrics& previous,
                          Timestamp now) {
    const std::uint64_t rows = rows_from_sources(metrics);
    const double elapsed = seconds(metrics.elapsed);
    const double since = elapsed - seconds(previous.elapsed);
    const double rate =
        since > 0 ? static_cast<double>(rows - rows_from_sources(previous)) / since : 0.0;
    std::string text =
        fmt::format("{}  {} rows  {} rows/s", clock_time(elapsed), grouped(rows), rounded(rate));
    if (const auto watermark = least_watermark(metrics)) {
        text += event_time_text(*watermark, now);
    }
    std::uint64_t dead_letters = 0;
    std::uint64_t retries = 0;
    for (const NodeMetrics& node : metrics.nodes) {
        dead_letters += node.dead_letters;
        retries += node.retries;
    }
    if (dead_letters > 0) {
        text += fmt::format("  {} put aside", grouped(dead_letters));
    }
    if (retries > 0) {
        text += fmt::format("  {} retries", grouped(retries));
    }
    if (const auto share = share_done(metrics)) {
        text += fmt::format("  {:.0f} %", *share * 100);
        if (*share > 0 && *share < 1) {
            text += fmt::format("  {} left", clock_time(elapsed / *share * (1 - *share)));
        }
    }
    return text;
}

ProgressLine::~ProgressLine() {
    clear();
}

void ProgressLine::update(const PipelineMetrics& metrics, Timestamp now) {
    if (!shown_) {
        return;
    }
    const std::lock_guard lock(mutex_);
    text_ = progress_text(metrics, previous_, now);
    text_.resize(std::min(text_.size(), terminal_width() - 1));
    previous_ = metrics;
    print_error(clear_line + text_);
}

void ProgressLine::log(std::string_view line) {
    const std::lock_guard lock(mutex_);
    if (text_.empty()) {
        print_error(line);
    } else {
        print_error(fmt::format("{}{}{}", clear_line, line, text_));
    }
}

void ProgressLine::clear() {
    const std::lock_guard lock(mutex_);
    if (!text_.empty()) {
        print_error(clear_line);
        text_.clear();
    }
}

}  // namespace tsflow::cli
