#include "runtime/letter_files.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <system_error>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "runtime/state_dir.hpp"
#include "tsflow/error.hpp"

namespace tsflow {
namespace {

constexpr std::string_view extension = ".jsonl";

}  // namespace

std::filesystem::path letter_folder(const std::filesystem::path& state_dir) {
    return state_dir / "dead_letters";
}

std::filesystem::path letter_file(const std::filesystem::path& folder, std::string_view node,
                                  std::uint64_t generation) {
    return folder / fmt::format("{}.{}{}", node, generation, extension);
}

std::vector<LetterFile> letter_files(const std::filesystem::path& folder) {
    std::vector<LetterFile> files;
    std::error_code error;  // without a folder there are none
    for (std::filesystem::directory_iterator entry(folder, error), behind;
         !error && entry != behind; entry.increment(error)) {
        const std::filesystem::path& path = entry->path();
        const std::string stem = path.stem().string();
        const std::size_t dot = stem.rfind('.');
        std::uint64_t generation = 0;
        const char* const end = stem.data() + stem.size();
        if (path.extension() == extension && dot != std::string::npos &&
            std::from_chars(stem.data() + dot + 1, end, generation).ptr == end) {
            files.push_back({stem.substr(0, dot), generation, path});
        }
    }
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) {
        return std::tie(a.node, a.generation) < std::tie(b.node, b.generation);
    });
    return files;
}

void for_each_line(const std::filesystem::path& file, std::uint64_t length,
                   const std::function<void(std::string_view line, std::uint64_t end)>& use) {
    if (length == 0) {
        return;
    }
    std::ifstream in(file, std::ios::binary);
    std::uint64_t end = 0;
    for (std::string line; end < length && std::getline(in, line) && !in.eof();) {
        end += line.size() + 1;
        if (end <= length) {
            use(line, end);
        }
    }
    if (end < length) {
        throw Error(fmt::format("cannot read {} bytes of dead letters from '{}': {}", length,
                                file.string(), in.eof() ? "it is shorter" : std::strerror(errno)));
    }
}

LettersState rewrite_letters(const std::filesystem::path& folder, std::string_view node,
                             const LettersState& from,
                             const std::function<bool(std::string_view line)>& keep) {
    LettersState to = from;
    ++to.generation;
    to.length = 0;
    to.count = 0;
    // Nobody looks at the new file before a checkpoint names it, so it is written in place.
    const std::filesystem::path file = letter_file(folder, node, to.generation);
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    for_each_line(letter_file(folder, node, from.generation), from.length,
                  [&](std::string_view line, std::uint64_t) {
                      if (keep(line)) {
                          out << line << '\n';
                          to.length += line.size() + 1;
                          ++to.count;
                      }
                  });
    out.close();
    if (!out) {
        throw Error(fmt::format("cannot write the dead letters '{}': {}", file.string(),
                                std::strerror(errno)));
    }
    make_durable(file);
    return to;
}

void remove_letters(const std::filesystem::path& folder, std::string_view node,
                    const std::function<bool(std::uint64_t generation)>& gone) noexcept {
    for (const LetterFile& file : letter_files(folder)) {
        std::error_code ignored;  // what stays is not looked at, and removed another time
        if (file.node == node && gone(file.generation)) {
            std::filesystem::remove(file.path, ignored);
        }
    }
}

}  // namespace tsflow
