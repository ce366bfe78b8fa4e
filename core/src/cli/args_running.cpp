#include "cli/args_options.hpp"

namespace tsflow::cli {
namespace {

const Names<TapArgs::Format> row_formats{{"jsonl", TapArgs::Format::jsonl},
                                         {"table", TapArgs::Format::table}};

/// Where the pipeline is found.
void add_running_args(CLI::App& app, RunningArgs& args) {
    CLI::Option* connect =
        app.add_option(
               "--connect", args.connect,
               "Where it answers (default: 127.0.0.1:9180); a token is taken from the variable "
               "TSFLOW_CONTROL_TOKEN")
            ->type_name("ADDRESS:PORT");
    app.add_option("--file", args.file, "The pipeline file, for the address and token of [control]")
        ->type_name("FILE")
        ->excludes(connect);
    add_variable_args(app, args);
}

}  // namespace

CLI::App* add_top(CLI::App& app, TopArgs& args) {
    CLI::App* top = app.add_subcommand("top", "Watch the nodes and queues of a pipeline that runs");
    add_running_args(*top, args);
    top->add_flag("--once", args.once, "Print once, in place of a view that is kept up to date");
    add_choice(*top, "--format", args.format, text_formats, "With --once: how it looks");
    top->add_option("--sort", args.sort, "The order of the nodes")
        ->check(CLI::IsMember({"plan", "name", "rows", "busy", "lag", "latency"}));
    top->add_option("--filter", args.filter, "Only nodes and queues whose names hold this text")
        ->type_name("TEXT");
    top->add_option_function<std::string>(
           "--interval",
           [&args](const std::string& text) {
               const std::optional<Duration> interval = parse_duration(text);
               if (!interval || *interval < std::chrono::milliseconds{100}) {
                   throw CLI::ValidationError(
                       "--interval", fmt::format("'{}' is no duration of 100ms or more", text));
               }
               args.interval = *interval;
           },
           "Time between two looks")
        ->type_name("DURATION");
    return top;
}

CLI::App* add_explain(CLI::App& app, ExplainArgs& args) {
    CLI::App* explain = app.add_subcommand(
        "explain",
        "Where a stored row came from: source, journal, time of receipt, pipeline version");
    add_file_args(*explain, args);
    explain->add_option("TABLE", args.table, "The table it is stored in, or the sink's name")
        ->required()
        ->type_name("");
    explain
        ->add_option("KEY", args.key,
                     "Its key columns, such as symbol=ABC timestamp=2025-11-03T14:30:00Z")
        ->required()
        ->type_name("COLUMN=VALUE");
    add_choice(*explain, "--format", args.format, text_formats, "How the answer looks");
    return explain;
}

CLI::App* add_tap(CLI::App& app, TapArgs& args) {
    CLI::App* tap = app.add_subcommand("tap", "Print rows that pass in a pipeline that runs");
    tap->add_option("NODE.PORT", args.port, "The output; NODE alone means its first")
        ->required()
        ->type_name("");
    add_running_args(*tap, args);
    tap->add_option("--where", args.where, "Only rows that meet this condition, as of `filter`")
        ->type_name("EXPR");
    tap->add_option("--limit", args.limit, "End after so many rows")->type_name("ROWS");
    tap->add_option("--rate", args.rate, "Most rows a second; others are left out (default: 1000)")
        ->type_name("ROWS");
    add_choice(*tap, "--format", args.format, row_formats, "How rows look");
    return tap;
}

}  // namespace tsflow::cli
