#include "cli/journal.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/load.hpp"
#include "cli/terminal.hpp"
#include "journal/opening.hpp"
#include "journal/survey.hpp"
#include "runtime/figures.hpp"
#include "runtime/state_dir.hpp"
#include "tsflow/error.hpp"

namespace tsflow::cli {
namespace {

const auto decode_all = [](const JournalEntry&) { return true; };

std::vector<NodeJournal> journals_in(const std::filesystem::path& state_dir,
                                     const std::string& wanted) {
    std::vector<NodeJournal> journals;
    const std::filesystem::path folder = journal_folder(state_dir);
    std::vector<std::string> nodes = system_files().list(folder);
    std::sort(nodes.begin(), nodes.end());
    for (const std::string& node : nodes) {
        if (wanted.empty() || wanted == node) {
            journals.push_back({node, folder / node, list_segments(system_files(), folder / node)});
        }
    }
    if (journals.empty()) {
        throw Error(wanted.empty() ? fmt::format("there is no journal in '{}'", folder.string())
                                   : fmt::format("there is no journal of '{}' in '{}'", wanted,
                                                 folder.string()));
    }
    return journals;
}

const NodeJournal& only(const std::vector<NodeJournal>& journals) {
    if (journals.size() > 1) {
        std::string names;
        for (const NodeJournal& journal : journals) {
            names += (names.empty() ? "" : ", ") + journal.node;
        }
        throw Error(fmt::format("there are {} journals ({}); say which with --node",
                                journals.size(), names));
    }
    return journals.front();
}

bool is_last(const NodeJournal& journal, const Segment& segment) {
    return &segment == &journal.segments.back();
}

int list(const std::vector<NodeJournal>& journals) {
    for (const NodeJournal& journal : journals) {
        std::string lines;
        std::uint64_t entries = 0;
        std::uint64_t rows = 0;
        std::uint64_t bytes = 0;
        for (const Segment& segment : journal.segments) {
            const SegmentSurvey found = survey(system_files(), segment, is_last(journal, segment));
            entries += found.entries;
            rows += found.rows;
            bytes += segment.bytes;
            lines += fmt::format(
                "  {:>12} {:>12} {:>12} {:>12}  {:<4}  {:<30}  {:<30}{}\n", segment.name.first,
                found.next, found.rows, segment.bytes, found.compressed ? "zstd" : "-",
                format_timestamp(found.first_appended), format_timestamp(found.last_appended),
                found.damage.empty() ? "" : "  damaged");
        }
        print(fmt::format("{}: {} segments, {} entries, {} rows, {}B\n", journal.node,
                          journal.segments.size(), grouped(entries), grouped(rows),
                          rounded(static_cast<double>(bytes))));
        print(fmt::format("  {:>12} {:>12} {:>12} {:>12}  {:<4}  {:<30}  {}\n", "first", "next",
                          "rows", "bytes", "zstd", "first appended", "last appended"));
        print(lines);
    }
    return exit_ok;
}

/// Names all that is wrong with one journal; returns how much that is.
std::size_t check(const NodeJournal& journal) {
    std::size_t problems = 0;
    std::optional<std::uint64_t> expected;
    for (const Segment& segment : journal.segments) {
        const std::string name = segment.name.to_string();
        if (expected && *expected < segment.name.first) {
            print(fmt::format("{}: entries {} to {} before segment {} are missing\n", journal.node,
                              *expected, segment.name.first - 1, name));
            ++problems;
        }
        const bool last = is_last(journal, segment);
        const SegmentSurvey found = survey(system_files(), segment, last, decode_all);
        for (const JournalDamage& damage : found.damage) {
            print(fmt::format("{}: segment {}, offset {}, bytes {} to {}: {}\n", journal.node, name,
                              damage.offset, damage.from, damage.to, damage.what));
            ++problems;
        }
        if (found.torn_bytes > 0) {
            print(
                fmt::format("{}: segment {}, offset {}, byte {}: {} bytes of an entry that is not "
                            "whole, as after a crash or while a pipeline runs\n",
                            journal.node, name, found.next, found.end, found.torn_bytes));
        }
        // What is behind damage at the end of a segment was told with it.
        expected = found.damage.empty() ? std::optional{found.next} : std::nullopt;
    }
    return problems;
}

int check_all(const std::vector<NodeJournal>& journals) {
    std::size_t problems = 0;
    for (const NodeJournal& journal : journals) {
        const std::size_t found = check(journal);
        if (found == 0) {
            print(
                fmt::format("{}: {} segments are whole\n", journal.node, journal.segments.size()));
        }
        problems += found;
    }
    return problems == 0 ? exit_ok : exit_failed;
}

int repair_all(const std::vector<NodeJournal>& journals) {
    for (const NodeJournal& journal : journals) {
        std::size_t mended = 0;
        for (const Segment& segment : journal.segments) {
            const SegmentSurvey found =
                survey(system_files(), segment, is_last(journal, segment), decode_all);
            if (found.damage.empty() && found.torn_bytes == 0) {
                continue;
            }
            repair(system_files(), segment, found);
            ++mended;
            for (const JournalDamage& damage : found.damage) {
                print(fmt::format("{}: segment {}: bytes {} to {} were moved to quarantine\n",
                                  journal.node, segment.name.to_string(), damage.from, damage.to));
            }
            if (found.torn_bytes > 0) {
                print(
                    fmt::format("{}: segment {}: cut {} bytes of an entry that was not written to "
                                "its end\n",
                                journal.node, segment.name.to_string(), found.torn_bytes));
            }
        }
        if (mended == 0) {
            print(fmt::format("{}: nothing to repair\n", journal.node));
        }
    }
    return exit_ok;
}

int trim(const NodeJournal& journal, std::uint64_t before) {
    std::size_t removed = 0;
    for (const Segment& segment : journal.segments) {
        if (is_last(journal, segment) || segment.next > before) {
            break;
        }
        system_files().remove(segment.path);
        system_files().sync_folder(journal.folder);
        ++removed;
    }
    print(fmt::format("{}: removed {} of {} segments; entries are kept in whole segments\n",
                      journal.node, removed, journal.segments.size()));
    return exit_ok;
}

}  // namespace

int journal(const JournalArgs& args) {
    const Parsed parsed = parse(args);
    if (parsed.diagnostics.has_errors()) {
        print_error(parsed.diagnostics.to_text(colours_on_stderr()));
        return exit_config;
    }
    if (!parsed.spec.state_dir) {
        throw ConfigError(
            fmt::format("'{}' has no state_dir, so it keeps no journal", args.file.string()));
    }
    const std::vector<NodeJournal> journals = journals_in(*parsed.spec.state_dir, args.node);
    using Action = JournalArgs::Action;
    switch (args.action) {
        case Action::list:
            return list(journals);
        case Action::cat:
            return print_entries(only(journals), args);
        case Action::check:
            return check_all(journals);
        case Action::repair: {
            const StateDir lock(*parsed.spec.state_dir);
            return repair_all(journals_in(*parsed.spec.state_dir, args.node));
        }
        case Action::trim: {
            const StateDir lock(*parsed.spec.state_dir);
            return trim(only(journals), args.before);
        }
    }
    return exit_failed;
}

}  // namespace tsflow::cli
