#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/execute.hpp"
#include "cli/exit_codes.hpp"
#include "cli/load.hpp"
#include "cli/terminal.hpp"
#include "runtime/drop_letters.hpp"
#include "runtime/figures.hpp"
#include "tsflow/error.hpp"
#include "tsflow/text.hpp"

namespace tsflow::cli {
namespace {

std::string letters_text(std::uint64_t count) {
    return fmt::format("{} dead letter{}", grouped(count), count == 1 ? "" : "s");
}

/// False, with all problems told, when the file has errors.
bool tell(const Diagnostics& diagnostics) {
    if (!diagnostics.sorted().empty()) {
        print_error(diagnostics.to_text(colours_on_stderr()));
    }
    return !diagnostics.has_errors();
}

const std::filesystem::path& state_dir_of(const PipelineSpec& pipeline) {
    if (!pipeline.state_dir) {
        throw Error("the pipeline has no state_dir, so its dead letters are only counted");
    }
    return *pipeline.state_dir;
}

/// All letters of one node with one reason.
struct Group {
    std::uint64_t count = 0;
    Timestamp first{}, last{};
};
using Groups = std::map<std::pair<std::string, std::string>, Group>;

void print_text(const Groups& groups) {
    std::size_t node_width = 4;
    std::uint64_t all = 0;
    for (const auto& [key, group] : groups) {
        node_width = std::max(node_width, key.first.size());
        all += group.count;
    }
    if (groups.empty()) {
        print("no dead letters\n");
        return;
    }
    print(fmt::format("{:<{}}  {:>9}  {:<20}  {:<20}  reason\n", "node", node_width, "letters",
                      "first", "last"));
    for (const auto& [key, group] : groups) {
        const auto shown = [](Timestamp time) {
            return format_timestamp(std::chrono::floor<std::chrono::seconds>(time));
        };
        print(fmt::format("{:<{}}  {:>9}  {:<20}  {:<20}  {}\n", key.first, node_width,
                          grouped(group.count), shown(group.first), shown(group.last), key.second));
    }
    print(letters_text(all) + '\n');
}

void print_json(const Groups& groups) {
    std::string text = "[";
    for (const auto& [key, group] : groups) {
        text += text.size() > 1 ? ",{\"node\":" : "{\"node\":";
        append_json_text(text, key.first);
        text += ",\"reason\":";
        append_json_text(text, key.second);
        text += fmt::format(R"(,"letters":{},"first":"{}","last":"{}"}})", group.count,
                            format_timestamp(group.first), format_timestamp(group.last));
    }
    print(text + "]\n");
}

int ls(const DlqArgs& args) {
    const Parsed parsed = parse(args);
    if (!tell(parsed.diagnostics)) {
        return exit_config;
    }
    const std::filesystem::path& state_dir = state_dir_of(parsed.spec);
    Groups groups;
    for_each_letter(
        state_dir, CheckpointStore(state_dir).load(), args.filter, [&](const ListedLetter& listed) {
            const Letter& letter = listed.letter;
            Group& group = groups[{letter.node, letter.reason}];
            group.first = group.count == 0 ? letter.time : std::min(group.first, letter.time);
            group.last = std::max(group.last, letter.time);
            ++group.count;
        });
    (args.format == TextFormat::json ? print_json : print_text)(groups);
    return exit_ok;
}

std::string letter_text(const Letter& letter, const std::string& why_not) {
    std::string text = fmt::format("{} {}  {}\n  reason      {}\n", letter.node, letter.id,
                                   format_timestamp(letter.time), letter.reason);
    if (!letter.withheld.empty()) {
        text += fmt::format("  record      not kept: {}", letter.withheld);
    } else if (letter.raw) {
        text += "  text        ";
        append_json_text(text, *letter.raw);
    } else if (letter.row) {
        text += "  record      ";
        append_json(text, letter.row, 0);
    }
    return text + fmt::format(
                      "\n{}{}  pipeline    {}, configuration {}, tsflow {}\n"
                      "  replayable  {}\n",
                      letter.port.empty() ? "" : "  input       " + letter.port,
                      letter.port.empty() ? "" : "\n", letter.origin.pipeline,
                      letter.origin.fingerprint, letter.origin.version,
                      why_not.empty() ? "yes" : "no: " + why_not);
}

int show(const DlqArgs& args) {
    const Loaded loaded = load(args, Writes::nothing);
    if (!tell(loaded.diagnostics)) {
        return exit_config;
    }
    const std::filesystem::path& state_dir = state_dir_of(loaded.plan.pipeline);
    for_each_letter(
        state_dir, CheckpointStore(state_dir).load(), args.filter, [&](const ListedLetter& listed) {
            const std::string why_not = why_not_replayable(listed, loaded.plan);
            print(args.format == TextFormat::json ? shown_json(listed.line, why_not) + '\n'
                                                  : letter_text(listed.letter, why_not));
        });
    return exit_ok;
}

int replay(const DlqArgs& args) {
    Loaded loaded = load(args, Writes::something);
    if (!tell(loaded.diagnostics)) {
        return exit_config;
    }
    state_dir_of(loaded.plan.pipeline);
    return execute(loaded.plan, loaded.registry, args, &args.filter);
}

int drop(const DlqArgs& args) {
    const Parsed parsed = parse(args);
    if (!tell(parsed.diagnostics)) {
        return exit_config;
    }
    const std::filesystem::path& state_dir = state_dir_of(parsed.spec);
    if (!args.yes) {
        std::uint64_t matching = 0;
        for_each_letter(state_dir, CheckpointStore(state_dir).load(), args.filter,
                        [&](const ListedLetter&) { ++matching; });
        print_error(fmt::format("error: {} would be removed for good; repeat with --yes\n",
                                letters_text(matching)));
        return exit_usage;
    }
    const DroppedLetters result = drop_letters(state_dir, args.filter);
    print(letters_text(result.dropped) + " removed\n");
    if (result.uncommitted > 0) {
        print_error(
            fmt::format("{} stay, because they came after the last checkpoint: the next "
                        "run takes them back\n",
                        letters_text(result.uncommitted)));
    }
    return exit_ok;
}

}  // namespace

int dlq(const DlqArgs& args) {
    switch (args.verb) {
        case DlqArgs::Verb::ls:
            return ls(args);
        case DlqArgs::Verb::show:
            return show(args);
        case DlqArgs::Verb::replay:
            return replay(args);
        case DlqArgs::Verb::drop:
            return drop(args);
    }
    return exit_usage;
}

}  // namespace tsflow::cli
