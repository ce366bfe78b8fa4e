#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/pipeline_spec.hpp"
#include "tsflow/options.hpp"

namespace tsflow {

/// The host's own settings, declared as a plugin declares its own, so that checks, JSON Schema and
/// documentation read one list.

/// `[pipeline]`
struct PipelineKeys {
    std::string name;
    std::optional<std::filesystem::path> state_dir;
    Duration checkpoint_interval = PipelineSpec{}.checkpoint_interval;
    Duration shutdown_timeout = PipelineSpec{}.shutdown_timeout;
    Duration idle_timeout = PipelineSpec{}.idle_timeout;
};
/// `dead_letters = { … }` of `[pipeline]`
struct DeadLetterKeys {
    std::optional<ByteSize> max_bytes;
    std::string when_full = "stop";
};
/// `[control]`
struct ControlKeys {
    std::string listen = "127.0.0.1:9180";
    Secret token;
};
/// `queue = { … }`
struct QueueKeys {
    std::uint64_t batches = QueueSpec{}.batches;
    ByteSize bytes{QueueSpec{}.bytes};
    std::string when_full = "block";
    ByteSize spill_bytes{QueueSpec{}.spill_bytes};
};
/// `retry = { … }`
struct RetryKeys {
    std::uint64_t attempts = RetrySpec{}.attempts;
    Duration initial = RetrySpec{}.initial;
    Duration max = RetrySpec{}.max;
};

/// `journal = { … }`
struct JournalKeys {
    ByteSize max_bytes{JournalSpec{}.max_bytes};
    Duration max_age = JournalSpec{}.max_age;
    Duration keep{};
    std::string when_full = "block";
    std::string fsync = "interval";
    std::string compression = "none";
};

const Options<PipelineKeys>& pipeline_options();
const Options<DeadLetterKeys>& dead_letter_options();
const Options<ControlKeys>& control_options();
const Options<QueueKeys>& queue_options();
const Options<RetryKeys>& retry_options();
const Options<JournalKeys>& journal_options();
/// The duration that a right `fsync` of a journal stands for; nothing when it is wrong.
std::optional<Duration> fsync_interval(const std::string& fsync);
/// `type`, `on_error` and `journal = true` of a node's table; `inputs`, `queue` and `retry` are no plain values.
const std::vector<OptionInfo>& node_options();

}  // namespace tsflow
