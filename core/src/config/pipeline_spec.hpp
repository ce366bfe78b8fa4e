#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "config/diagnostics.hpp"
#include "config/listen.hpp"
#include "config/value.hpp"
#include "tsflow/plugin.hpp"
#include "tsflow/time.hpp"

namespace tsflow {

/// What happens to a batch when the queue in front of its consumer is full.
enum class WhenFull : std::uint8_t {
    block,        ///< the producer waits
    drop_oldest,  ///< the longest waiting batch is dropped and counted
    drop_newest,  ///< the new batch is dropped and counted
    conflate,     ///< waiting rows are merged: of each key the latest stays
    spill,        ///< the new batch, and what follows, goes to disk and is served from there
};
enum class OnError : std::uint8_t { stop, isolate };

/// `queue = { batches = 256, bytes = "64MiB", when_full = "block", spill_bytes = "10GiB" }`
struct QueueSpec {
    std::size_t batches = 256;
    std::uint64_t bytes = 64ull << 20;
    WhenFull when_full = WhenFull::block;
    bool when_full_stated = false;            ///< by the file; otherwise the plan may choose
    std::uint64_t spill_bytes = 10ull << 30;  ///< most that is on disk with `spill`
    Position at;
};

/// `journal = true` or `journal = { max_bytes = "10GiB", max_age = "24h", … }`
struct JournalSpec {
    std::uint64_t max_bytes = 10ull << 30;
    Duration max_age = std::chrono::hours{24};
    Duration keep{};           ///< of what all sinks have committed
    bool drop_oldest = false;  ///< at a limit; otherwise the source waits
    bool compress = false;     ///< with zstd
    /// How long what was written may not have reached the disk yet; 0: not at all.
    Duration fsync = std::chrono::milliseconds{100};
    Position at;
};

/// `dead_letters = { max_bytes = "1GiB", when_full = "stop" }`
struct DeadLetterSpec {
    std::optional<std::uint64_t> max_bytes;  ///< of one node's letters
    bool drop_oldest = false;                ///< at the limit; else the node fails
};

/// `[control] listen = "127.0.0.1:9180"`: where a run can be looked at while it goes on.
struct ControlSpec {
    ListenAddress listen;
    std::string token;  ///< asked of every request; empty: none is
};

/// `retry = { attempts = 0, initial = "100ms", max = "30s" }`: full jitter over an exponentially
/// growing delay; attempts 0 means for as long as the pipeline runs.
struct RetrySpec {
    std::uint64_t attempts = 0;
    Duration initial = std::chrono::milliseconds{100};
    Duration max = std::chrono::seconds{30};
};

/// One entry of `inputs`: `feed.minute`, or `left = "feed.minute"` in a table of named inputs.
struct InputSpec {
    std::string name;  ///< of the named input; empty in a list
    std::string node;
    std::string port;  ///< empty: the first
    Position at;
};

/// One table `[sources.ID]`, `[transforms.ID]` or `[sinks.ID]`.
struct NodeSpec {
    std::string id;
    NodeKind kind = NodeKind::source;
    std::string path;  ///< `sinks.bars`
    std::string type;
    Position at;  ///< of the table's header
    Position type_at;
    Position inputs_at;  ///< of the key `inputs`, or of the header when it is absent
    std::vector<InputSpec> inputs;
    std::optional<QueueSpec> queue;
    RetrySpec retry;
    OnError on_error = OnError::stop;
    std::optional<JournalSpec> journal;  ///< of sources
    Value options;                       ///< the table without the host's keys
};

/// A pipeline file, parsed and interpolated, with the host's own keys checked. Ids are unique over all
/// nodes. The plugins' options are checked when the nodes are made (`plan.hpp`).
struct PipelineSpec {
    std::filesystem::path file;  ///< relative paths in options are relative to its folder
    std::string name;            ///< default: the file's stem
    std::optional<std::filesystem::path> state_dir;  ///< absolute
    Duration checkpoint_interval = std::chrono::seconds{1};
    Duration shutdown_timeout = std::chrono::seconds{10};
    Duration idle_timeout = std::chrono::seconds{30};
    DeadLetterSpec dead_letters;
    std::optional<ControlSpec> control;  ///< without it nobody is listened to
    std::vector<NodeSpec> nodes;         ///< in file order
};

/// Where `${NAME}` comes from; nothing: unset.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// `--set path.to.key=value` on the command line; the value is read as TOML, or else as a string.
struct Override {
    std::string path;
    std::string value;
};

/// Reads the text of a pipeline file. All problems go to `diagnostics`; the result holds what could
/// be read all the same, so that later checks can report more.
PipelineSpec parse_pipeline(const std::string& text, const std::filesystem::path& file,
                            const Environment& environment, const std::vector<Override>& overrides,
                            Diagnostics& diagnostics);

/// Converts the options of one node. Problems (unknown, missing, wrong type, range or choice) go to
/// `diagnostics` with their place; the result holds the options that are right.
OptionValues convert_options(const std::vector<OptionInfo>& options, const Value& table,
                             const std::string& path, const std::filesystem::path& base,
                             Diagnostics& diagnostics);

/// The keys of node tables that belong to the host; no plugin may declare them.
const std::vector<std::string>& reserved_keys();

/// Reads a file of `NAME=value` lines (`#` comments, optional `export `, quotes); later lines win.
/// Throws Error naming file and line when a line is none of these.
std::vector<std::pair<std::string, std::string>> read_env_file(const std::filesystem::path& file);

}  // namespace tsflow
