#pragma once

#include <cstdint>
#include <filesystem>

#include "runtime/letter_list.hpp"

namespace tsflow {

struct DroppedLetters {
    std::uint64_t dropped = 0;
    /// Those that match but came after the last checkpoint: they are the next run's to take back.
    std::uint64_t uncommitted = 0;
};

/// Takes the letters that match out of the list, for good and all in one step. Throws Error when the
/// state_dir is in use.
DroppedLetters drop_letters(const std::filesystem::path& state_dir, const LetterFilter& filter);

}  // namespace tsflow
