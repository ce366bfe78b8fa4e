#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "runtime/metrics.hpp"

namespace tsflow::cli {

/// The progress of a run in one line: rows, rate, how far event time has come, share done and time left
/// where the sources know their size. `now` is for the lag; `previous` for the current rate.
std::string progress_text(const PipelineMetrics& metrics, const PipelineMetrics& previous,
                          Timestamp now);

/// The last line of the terminal, redrawn in place below the log lines. Any thread.
class ProgressLine {
public:
    /// A line that is not `shown` only passes log lines on.
    explicit ProgressLine(bool shown) : shown_(shown) {}
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void update(const PipelineMetrics& metrics, Timestamp now);
    void log(std::string_view line);
    void clear();

private:
    std::mutex mutex_;
    bool shown_;
    std::string text_;
    PipelineMetrics previous_;
};

}  // namespace tsflow::cli
