#include "runtime/drop_letters.hpp"

#include <fstream>
#include <map>
#include <set>
#include <string>

#include "runtime/letter_files.hpp"
#include "runtime/state_dir.hpp"

namespace tsflow {
namespace {

/// What came after the checkpoint is shown until the next run, so it goes along into the new file.
void copy_uncommitted(const std::filesystem::path& from, std::uint64_t length,
                      const std::filesystem::path& to) {
    std::ifstream in(from, std::ios::binary);
    in.seekg(static_cast<std::streamoff>(length));
    if (in.peek() != std::ifstream::traits_type::eof()) {
        std::ofstream(to, std::ios::binary | std::ios::app) << in.rdbuf();
    }
}

}  // namespace

DroppedLetters drop_letters(const std::filesystem::path& state_dir, const LetterFilter& filter) {
    const StateDir locked(state_dir);
    const CheckpointStore store(state_dir);
    std::optional<StoredCheckpoint> checkpoint = store.load();
    DroppedLetters result;
    std::map<std::string, std::set<std::uint64_t>> ids;
    for_each_letter(state_dir, checkpoint, filter, [&](const ListedLetter& listed) {
        if (listed.committed) {
            ids[listed.letter.node].insert(listed.letter.id);
            ++result.dropped;
        } else {
            ++result.uncommitted;
        }
    });
    if (ids.empty()) {
        return result;
    }
    const std::filesystem::path folder = letter_folder(state_dir);
    for (const auto& [node, going] : ids) {
        LettersState& state = checkpoint->nodes.at(node).letters;
        const LettersState before = state;
        state = rewrite_letters(folder, node, before, [&going = going](std::string_view line) {
            return !going.contains(letter_id(line));
        });
        copy_uncommitted(letter_file(folder, node, before.generation), before.length,
                         letter_file(folder, node, state.generation));
    }
    store.save(*checkpoint);
    for (const auto& [node, going] : ids) {
        const std::uint64_t current = checkpoint->nodes.at(node).letters.generation;
        remove_letters(folder, node,
                       [&](std::uint64_t generation) { return generation != current; });
    }
    return result;
}

}  // namespace tsflow
