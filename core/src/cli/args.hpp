#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "config/pipeline_spec.hpp"
#include "log/log.hpp"
#include "runtime/letter_list.hpp"
#include "runtime/plan.hpp"
#include "tsflow/plugin.hpp"

namespace tsflow::cli {

enum class TextFormat { text, json };

/// What every command on a pipeline file takes.
struct FileArgs {
    std::filesystem::path file;
    std::optional<std::filesystem::path> env_file;
    std::vector<Override> overrides;
    std::vector<std::filesystem::path> plugin_dirs;
};

struct RunArgs : FileArgs {
    bool dry_run = false;
    bool progress = true;
    LogFormat log_format = LogFormat::text;
    Level log_level = Level::info;
};
struct ValidateArgs : FileArgs {
    bool online = false;
    TextFormat format = TextFormat::text;
};
/// `tsflow dlq`; each verb uses a part.
struct DlqArgs : RunArgs {
    enum class Verb { ls, show, replay, drop } verb = Verb::ls;
    LetterFilter filter;
    TextFormat format = TextFormat::text;
    bool yes = false;
};
struct GraphArgs : FileArgs {
    GraphFormat format = GraphFormat::mermaid;
    bool live = false;  ///< with the figures of the run
};
/// Where a running pipeline is found: an address, or what a file's [control] says.
struct RunningArgs : FileArgs {
    std::string connect;
};
struct TopArgs : RunningArgs {
    bool once = false;
    TextFormat format = TextFormat::text;
    std::string sort = "plan";
    std::string filter;
    Duration interval = std::chrono::seconds{1};
};
struct TapArgs : RunningArgs {
    std::string port;
    std::string where;
    std::optional<std::uint64_t> limit;
    std::optional<std::uint64_t> rate;  ///< rows a second
    enum class Format { jsonl, table } format = Format::table;
};
struct ListPluginsArgs {
    std::vector<std::filesystem::path> plugin_dirs;
    TextFormat format = TextFormat::text;
};
struct DescribePluginArgs {
    std::string type;
    std::vector<std::filesystem::path> plugin_dirs;
    enum class Form { text, sample, markdown, json } form = Form::text;
};
struct PluginSchemaArgs {
    std::vector<std::filesystem::path> plugin_dirs;
};
struct NewPluginArgs {
    std::string name;
    NodeKind kind = NodeKind::transform;
    std::filesystem::path folder;  ///< the new folder's parent
};
struct JournalArgs : FileArgs {
    enum class Action { list, cat, check, repair, trim } action = Action::list;
    enum class Format { jsonl, table } format = Format::jsonl;
    std::string node;  ///< path; empty: all, or the only one
    std::uint64_t from = 0;
    std::optional<std::uint64_t> to;  ///< not included
    std::optional<std::uint16_t> port;
    std::optional<std::uint64_t> limit;  ///< rows
    std::uint64_t before = 0;
};
/// `tsflow explain FILE TABLE KEY`
struct ExplainArgs : FileArgs {
    std::string table;
    std::vector<std::string> key;  ///< `symbol=ABC`
    TextFormat format = TextFormat::text;
};
/// Everything is said: print `text` and end with `code`.
struct Finished {
    std::string text;
    int code = 0;
};

using Command = std::variant<Finished, RunArgs, ValidateArgs, GraphArgs, ListPluginsArgs,
                             DescribePluginArgs, PluginSchemaArgs, NewPluginArgs, DlqArgs,
                             JournalArgs, TopArgs, TapArgs, ExplainArgs>;

/// Reads the command line. `external` are the names of commands found outside (see external.hpp), for
/// the help. Help, version and mistakes come back as Finished (code 0 and 2).
Command parse_args(int argc, const char* const* argv, const std::vector<std::string>& external);

}  // namespace tsflow::cli
