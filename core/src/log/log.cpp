#include "log/log.hpp"

#include <chrono>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "tsflow/text.hpp"
#include "tsflow/time.hpp"

namespace tsflow {

/// When each message was last passed, and how many equal ones were held back since.
struct Log::Limiter {
    struct Seen {
        Timestamp passed;
        std::uint64_t held_back = 0;
    };
    std::unordered_map<std::string, Seen> seen;
};

namespace {

constexpr std::chrono::seconds repeat_after{1};
constexpr std::size_t most_remembered = 1000;

Timestamp now() {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

}  // namespace

std::string_view to_string(Level level) noexcept {
    switch (level) {
        case Level::debug:
            return "debug";
        case Level::info:
            return "info";
        case Level::warning:
            return "warning";
        case Level::error:
            return "error";
    }
    return "error";
}

Log::Log(LogFormat format, Level least, Write write)
    : format_(format),
      least_(least),
      write_(std::move(write)),
      limiter_(std::make_shared<Limiter>()) {}

void Log::operator()(Level level, std::string_view node, std::string_view text) {
    if (!passes(level)) {
        return;
    }
    const std::string message = secrets_.hide(text);
    const Timestamp time = now();
    const std::lock_guard lock(mutex_);
    std::string key = fmt::format("{}\n{}", node, message);
    if (limiter_->seen.size() > most_remembered) {
        limiter_->seen.clear();
    }
    const auto [entry, is_new] = limiter_->seen.try_emplace(std::move(key), Limiter::Seen{time});
    std::uint64_t held_back = 0;
    if (!is_new) {
        if (time - entry->second.passed < repeat_after) {
            ++entry->second.held_back;
            return;
        }
        held_back = std::exchange(entry->second.held_back, 0);
        entry->second.passed = time;
    }

    const Timestamp shown = std::chrono::floor<std::chrono::milliseconds>(time);
    std::string line;
    if (format_ == LogFormat::json) {
        line = fmt::format(R"({{"time":"{}","level":"{}","node":)", format_timestamp(shown),
                           to_string(level));
        append_json_text(line, node);
        line += ",\"message\":";
        append_json_text(line, message);
        if (held_back > 0) {
            line += fmt::format(",\"repeated\":{}", held_back);
        }
        line += "}\n";
    } else {
        line = fmt::format("{} {:<7} {}{}{}", format_timestamp(shown), to_string(level), node,
                           node.empty() ? "" : ": ", message);
        if (held_back > 0) {
            line += fmt::format(" (and {} more times)", held_back);
        }
        line += '\n';
    }
    write_(line);
}

}  // namespace tsflow
