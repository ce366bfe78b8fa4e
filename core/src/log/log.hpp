#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "log/secrets.hpp"
#include "tsflow/context.hpp"

namespace tsflow {

enum class LogFormat { text, json };

/// The host's log: one line a message to one place, from any thread. Text lines are
/// `2026-11-22T20:36:00.123Z INFO  sinks.bars: message`; JSON lines are objects with time, level, node,
/// message. A repeated message of one node is passed at most once a second, with the count of those
/// left out.
class Log {
public:
    using Write = std::function<void(std::string_view line)>;  // with the newline

    Log(LogFormat format, Level least, Write write);
    void operator()(Level level, std::string_view node, std::string_view text);
    bool passes(Level level) const noexcept { return level >= least_; }
    /// What no line shows; before other threads log.
    void hide(Secrets secrets) { secrets_ = std::move(secrets); }

private:
    struct Limiter;
    LogFormat format_;
    Level least_;
    Write write_;
    Secrets secrets_;
    std::mutex mutex_;
    std::shared_ptr<Limiter> limiter_;
};

std::string_view to_string(Level level) noexcept;

}  // namespace tsflow
