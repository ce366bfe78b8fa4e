#include "cli/args.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <sstream>

#include <fmt/format.h>

#include "cli/args_options.hpp"
#include "cli/exit_codes.hpp"
#include "cli/version.hpp"
#include "config/diagnostics.hpp"

namespace tsflow::cli {
namespace {

const Names<TextFormat> line_formats{{"text", TextFormat::text}, {"jsonl", TextFormat::json}};
const Names<LogFormat> log_formats{{"text", LogFormat::text}, {"json", LogFormat::json}};
const Names<GraphFormat> graph_formats{
    {"mermaid", GraphFormat::mermaid}, {"dot", GraphFormat::dot}, {"svg", GraphFormat::svg}};
const Names<Level> levels{{"debug", Level::debug},
                          {"info", Level::info},
                          {"warning", Level::warning},
                          {"error", Level::error}};
const Names<NodeKind> kinds{
    {"source", NodeKind::source}, {"transform", NodeKind::transform}, {"sink", NodeKind::sink}};

const Names<JournalArgs::Format> journal_formats{{"jsonl", JournalArgs::Format::jsonl},
                                                 {"table", JournalArgs::Format::table}};

void add_output_args(CLI::App& app, RunArgs& args) {
    app.add_flag("!--no-progress", args.progress, "No progress line on a terminal");
    add_choice(app, "--log-format", args.log_format, log_formats, "How log lines look");
    add_choice(app, "--log-level", args.log_level, levels, "The least level that is logged");
}

CLI::App* add_run(CLI::App& app, RunArgs& args) {
    CLI::App* run = app.add_subcommand("run", "Run a pipeline until its sources end or Ctrl-C");
    add_file_args(*run, args);
    run->add_flag("--dry-run", args.dry_run, "Check everything and print the plan; open nothing");
    add_output_args(*run, args);
    return run;
}

void add_filter(CLI::App& app, LetterFilter& filter) {
    app.add_option("--node", filter.nodes, "Only letters of this node, such as sinks.bars")
        ->type_name("NODE")
        ->allow_extra_args(false);
    app.add_option("--reason", filter.reason, "Only letters whose reason holds this text")
        ->type_name("TEXT");
    app.add_option("--id", filter.ids, "Only the letter of this number; may be repeated")
        ->type_name("ID")
        ->allow_extra_args(false);
    app.add_option_function<std::string>(
           "--since",
           [&filter](const std::string& text) {
               filter.since = parse_timestamp(text);
               if (!filter.since) {
                   throw CLI::ValidationError(
                       "--since",
                       fmt::format("'{}' is no time, such as 2016-04-15T13:30:00Z", text));
               }
           },
           "Only letters from this time on")
        ->type_name("TIME");
    app.add_option("--limit", filter.limit,
                   "At most so many letters, the oldest of each node first")
        ->type_name("N");
}

CLI::App* add_dlq(CLI::App& app, DlqArgs& args) {
    using Verb = DlqArgs::Verb;
    CLI::App* dlq = app.add_subcommand("dlq", "Dead letters: records that nodes put aside");
    dlq->require_subcommand(1);
    const auto verb = [&](const char* name, Verb value, const char* doc) {
        CLI::App* command = dlq->add_subcommand(name, doc);
        add_file_args(*command, args);
        add_filter(*command, args.filter);
        command->callback([&args, value] { args.verb = value; });
        return command;
    };
    add_choice(*verb("ls", Verb::ls, "Count them by node and reason"), "--format", args.format,
               text_formats, "How the list looks");
    add_choice(*verb("show", Verb::show, "Show them, and whether each can be replayed"), "--format",
               args.format, line_formats, "How they look");
    add_output_args(*verb("replay", Verb::replay,
                          "Send their rows through the pipeline again, from the node that refused "
                          "them; the pipeline must not be running"),
                    args);
    verb("drop", Verb::drop, "Remove them for good; the pipeline must not be running")
        ->add_flag("--yes", args.yes, "Without it nothing is removed");
    return dlq;
}

CLI::App* add_validate(CLI::App& app, ValidateArgs& args) {
    CLI::App* validate = app.add_subcommand("validate", "Check a pipeline file and print its plan");
    add_file_args(*validate, args);
    validate->add_flag("--online", args.online,
                       "Also look, read-only, whether what the nodes connect to is there and fits");
    add_choice(*validate, "--format", args.format, text_formats, "How problems and the plan look");
    return validate;
}

/// Each action writes its own arguments, so that the flags of one do not stand in the help of another.
using JournalCommands = std::array<JournalArgs, 5>;

CLI::App* add_journal(CLI::App& app, JournalCommands& commands) {
    using Action = JournalArgs::Action;
    CLI::App* journal = app.add_subcommand("journal", "Look into and mend what live sources keep");
    journal->require_subcommand(1);
    const auto add = [&](Action action, const char* name, const char* doc) {
        JournalArgs& args = commands[static_cast<std::size_t>(action)];
        args.action = action;
        CLI::App* command = journal->add_subcommand(name, doc);
        add_file_args(*command, args);
        command->add_option("--node", args.node, "Only the journal of this node")
            ->type_name("PATH");
        return command;
    };
    add(Action::list, "ls", "Segments with their offsets, rows, bytes and times");
    JournalArgs& cat_args = commands[static_cast<std::size_t>(Action::cat)];
    CLI::App* cat = add(Action::cat, "cat", "Print rows and marks");
    cat->add_option("--from", cat_args.from, "The first offset")->type_name("OFFSET");
    cat->add_option("--to", cat_args.to, "The offset to end before")->type_name("OFFSET");
    cat->add_option("--port", cat_args.port, "Only of this port, by number")->type_name("N");
    cat->add_option("--limit", cat_args.limit, "At most so many rows")->type_name("ROWS");
    add_choice(*cat, "--format", cat_args.format, journal_formats, "How rows look");
    add(Action::check, "check", "Read everything; exit code 1 when some of it is damaged");
    add(Action::repair, "repair", "Cut a torn end, put what is damaged aside; not while it runs");
    CLI::App* trim = add(Action::trim, "trim", "Remove old segments; not while the pipeline runs");
    trim->add_option("--before", commands[static_cast<std::size_t>(Action::trim)].before,
                     "Keep the segments that reach this offset")
        ->required()
        ->type_name("OFFSET");
    return journal;
}

std::string command_list(const std::vector<std::string>& external) {
    std::string text;
    if (!external.empty()) {
        text = "\nOther commands on this machine:\n";
        for (const std::string& name : external) {
            text += fmt::format("  {}\n", name);
        }
    }
    return text +
           "\nExit codes: 0 done, 1 failed while running, 2 wrong command line, 3 not drained in "
           "time, "
           "78 wrong configuration.";
}

/// A first word that is no command, told with what was probably meant; nothing when it is one.
std::optional<Finished> unknown_command(const std::string& name, const CLI::App& app,
                                        std::vector<std::string> known) {
    for (const CLI::App* command : app.get_subcommands({})) {
        if (command->get_name() == name) {
            return std::nullopt;
        }
        known.push_back(command->get_name());
    }
    const std::string near = nearest(name, known);
    return Finished{
        fmt::format("error: there is no command '{}'{}`tsflow --help` lists all\n", name,
                    near.empty() ? "; " : fmt::format("; did you mean '{}'? ", near)),
        exit_usage};
}

}  // namespace

Command parse_args(int argc, const char* const* argv, const std::vector<std::string>& external) {
    CLI::App app{
        "tsflow runs data pipelines: sources, transforms and sinks from plugins, wired by a "
        "TOML file.",
        "tsflow"};
    app.set_version_flag("--version", version_text());
    app.require_subcommand(1);
    app.footer(command_list(external));

    RunArgs run_args;
    const CLI::App* run = add_run(app, run_args);
    ValidateArgs validate_args;
    const CLI::App* validate = add_validate(app, validate_args);
    DlqArgs dlq_args;
    const CLI::App* dlq = add_dlq(app, dlq_args);
    GraphArgs graph_args;
    CLI::App* graph = app.add_subcommand("graph", "Draw a pipeline file's plan");
    add_file_args(*graph, graph_args);
    add_choice(*graph, "--format", graph_args.format, graph_formats, "What to draw");
    graph->add_flag("--live", graph_args.live,
                    "With rates and queues of the run that goes on, which needs a [control]");

    CLI::App* plugins = app.add_subcommand("plugins", "What plugins there are and what they take");
    plugins->require_subcommand(1);
    ListPluginsArgs list_args;
    CLI::App* list = plugins->add_subcommand("list", "All node types, and the libraries refused");
    add_plugin_dirs(*list, list_args.plugin_dirs);
    add_choice(*list, "--format", list_args.format, text_formats, "How the list looks");
    DescribePluginArgs describe_args;
    using Form = DescribePluginArgs::Form;
    CLI::App* describe = plugins->add_subcommand("describe", "The options of one node type");
    describe->add_option("TYPE", describe_args.type, "The node type")->required()->type_name("");
    add_plugin_dirs(*describe, describe_args.plugin_dirs);
    CLI::Option_group* forms = describe->add_option_group("Form");
    forms->require_option(0, 1);
    const auto add_form = [&](const char* flag, Form form, const char* doc) {
        forms->add_flag_callback(
            flag, [&describe_args, form] { describe_args.form = form; }, doc);
    };
    add_form("--sample", Form::sample, "As a commented table for a pipeline file");
    add_form("--markdown", Form::markdown, "As the page in docs/plugins");
    add_form("--json", Form::json, "As a JSON Schema of its table");
    PluginSchemaArgs schema_args;
    CLI::App* schema =
        plugins->add_subcommand("schema", "A JSON Schema of pipeline files, for editors");
    add_plugin_dirs(*schema, schema_args.plugin_dirs);

    CLI::App* make = app.add_subcommand("new", "Write the beginnings of something");
    make->require_subcommand(1);
    NewPluginArgs new_args;
    CLI::App* new_plugin =
        make->add_subcommand("plugin", "A plugin with its tests that builds as it is");
    new_plugin->add_option("NAME", new_args.name, "Its node type: lower_snake")
        ->required()
        ->type_name("");
    add_choice(*new_plugin, "--kind", new_args.kind, kinds, "What it is");
    new_plugin->get_option("--kind")->required();
    new_plugin->add_option("--dir", new_args.folder, "Where to put the new folder (default: here)")
        ->type_name("DIR");

    JournalCommands journal_args;
    const CLI::App* journal = add_journal(app, journal_args);
    TopArgs top_args;
    const CLI::App* top = add_top(app, top_args);
    TapArgs tap_args;
    const CLI::App* tap = add_tap(app, tap_args);
    ExplainArgs explain_args;
    const CLI::App* explain = add_explain(app, explain_args);

    if (argc > 1 && argv[1][0] != '-') {
        if (auto unknown = unknown_command(argv[1], app, external)) {
            return *unknown;
        }
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        std::ostringstream out;
        std::ostringstream err;
        const int code = app.exit(error, out, err);
        return Finished{out.str() + err.str(), code == 0 ? exit_ok : exit_usage};
    }
    if (run->parsed()) {
        return run_args;
    }
    if (validate->parsed()) {
        return validate_args;
    }
    if (dlq->parsed()) {
        return dlq_args;
    }
    if (graph->parsed()) {
        return graph_args;
    }
    if (list->parsed()) {
        return list_args;
    }
    if (describe->parsed()) {
        return describe_args;
    }
    if (schema->parsed()) {
        return schema_args;
    }
    if (top->parsed()) {
        return top_args;
    }
    if (tap->parsed()) {
        return tap_args;
    }
    if (explain->parsed()) {
        return explain_args;
    }
    if (journal->parsed()) {
        const auto chosen = journal->get_subcommands();
        const auto all = journal->get_subcommands([](const CLI::App*) { return true; });
        const auto at = std::find(all.begin(), all.end(), chosen.front());
        return journal_args[static_cast<std::size_t>(at - all.begin())];
    }
    return new_args;
}

}  // namespace tsflow::cli
