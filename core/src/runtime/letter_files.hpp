#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/checkpoint_store.hpp"

namespace tsflow {

// The files of `state_dir/dead_letters`. A node's letters lie in `sinks.bars.0.jsonl`. Letters are only ever
// appended to it; to take some out, a new file with the next number is written, and the checkpoint, which
// says which file counts and how much of it, moves on to it in its one atomic step. Then the old one
// goes.

std::filesystem::path letter_folder(const std::filesystem::path& state_dir);
std::filesystem::path letter_file(const std::filesystem::path& folder, std::string_view node,
                                  std::uint64_t generation);

/// One file in the folder.
struct LetterFile {
    std::string node;
    std::uint64_t generation = 0;
    std::filesystem::path path;
};
/// All of them, by node and number.
std::vector<LetterFile> letter_files(const std::filesystem::path& folder);

/// Gives each whole line of the first `length` bytes, without its newline, with the offset behind it.
/// Throws Error when the file cannot be read or is shorter.
void for_each_line(const std::filesystem::path& file, std::uint64_t length,
                   const std::function<void(std::string_view line, std::uint64_t end)>& use);

/// What is left of a node's letters: writes the lines that `keep` wants of `from` into the file with the next
/// number, durably. Throws Error naming the file when it cannot.
LettersState rewrite_letters(const std::filesystem::path& folder, std::string_view node,
                             const LettersState& from,
                             const std::function<bool(std::string_view line)>& keep);

/// Removes those of the node's files whose number is `gone`.
void remove_letters(const std::filesystem::path& folder, std::string_view node,
                    const std::function<bool(std::uint64_t generation)>& gone) noexcept;

}  // namespace tsflow
