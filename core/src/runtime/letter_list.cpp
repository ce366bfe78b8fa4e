#include "runtime/letter_list.hpp"

#include <algorithm>
#include <fstream>
#include <limits>
#include <map>
#include <system_error>

#include <fmt/format.h>

#include "runtime/letter_files.hpp"
#include "tsflow/error.hpp"

namespace tsflow {
namespace {

template <class T>
bool none_or_one_of(const std::vector<T>& list, const T& value) {
    return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

/// Where the letters of each node stand: what the checkpoint names, or what a first run that was killed
/// left behind.
std::map<std::string, LettersState> states(const std::filesystem::path& folder,
                                           const std::optional<StoredCheckpoint>& checkpoint) {
    std::map<std::string, LettersState> states;
    for (const LetterFile& file : letter_files(folder)) {
        if (file.generation == 0) {
            states[file.node] = {};
        }
    }
    if (checkpoint) {
        for (const auto& [path, node] : checkpoint->nodes) {
            states[path] = node.letters;
        }
    }
    return states;
}

/// Up to the last whole line: a running pipeline may be writing.
std::uint64_t readable_length(const std::filesystem::path& file, std::uint64_t committed) {
    std::error_code missing;
    const auto size = std::filesystem::file_size(file, missing);
    if (missing || size <= committed) {
        return committed;
    }
    std::ifstream in(file, std::ios::binary);
    in.seekg(static_cast<std::streamoff>(committed));
    std::uint64_t length = committed;
    for (std::string line; std::getline(in, line) && !in.eof();) {
        length += line.size() + 1;
    }
    return length;
}

}  // namespace

bool LetterFilter::matches(const Letter& letter) const {
    return none_or_one_of(nodes, letter.node) && none_or_one_of(ids, letter.id) &&
           (!since || letter.time >= *since) && letter.reason.find(reason) != std::string::npos;
}

void for_each_letter(const std::filesystem::path& state_dir,
                     const std::optional<StoredCheckpoint>& checkpoint, const LetterFilter& filter,
                     const std::function<void(const ListedLetter&)>& use) {
    const std::filesystem::path folder = letter_folder(state_dir);
    std::uint64_t left = filter.limit.value_or(std::numeric_limits<std::uint64_t>::max());
    for (const auto& [node, state] : states(folder, checkpoint)) {
        if (!none_or_one_of(filter.nodes, node)) {
            continue;
        }
        const std::filesystem::path file = letter_file(folder, node, state.generation);
        const std::uint64_t committed = state.length;
        for_each_line(file, readable_length(file, committed),
                      [&](std::string_view line, std::uint64_t end) {
                          if (left == 0) {
                              return;
                          }
                          const Letter letter = decode_letter(line);
                          if (filter.matches(letter)) {
                              --left;
                              use({letter, line, end <= committed});
                          }
                      });
    }
}

std::string why_not_replayable(const ListedLetter& listed, const Plan& plan) {
    const Letter& letter = listed.letter;
    if (!listed.committed) {
        return "it came after the last checkpoint: the next run takes it back and meets its record "
               "again";
    }
    if (letter.raw) {
        return "it is text that never became a row, and no source takes text back; have its origin "
               "sent or loaded again";
    }
    if (!letter.withheld.empty()) {
        return "its record was not kept: " + letter.withheld;
    }
    if (!letter.row) {
        return "it holds no record";
    }
    const auto node =
        std::find_if(plan.nodes.begin(), plan.nodes.end(),
                     [&](const PlannedNode& planned) { return planned.spec.path == letter.node; });
    if (node == plan.nodes.end()) {
        return fmt::format("the pipeline has no {} any more", letter.node);
    }
    if (letter.port.empty()) {
        return fmt::format("its row is of {}'s own making and came by none of its inputs",
                           letter.node);
    }
    const auto port = std::find_if(node->inputs.begin(), node->inputs.end(),
                                   [&](const Port& input) { return input.name == letter.port; });
    if (port == node->inputs.end()) {
        return fmt::format("{} has no input '{}' any more", letter.node, letter.port);
    }
    if (!same(port->schema, letter.row.schema())) {
        // `difference` says "here" of the letter and "there" of the pipeline.
        return fmt::format(
            "{} takes other rows now ('here' is the letter, 'there' the pipeline): {}", letter.node,
            difference(*letter.row.schema(), *port->schema));
    }
    return {};
}

}  // namespace tsflow
