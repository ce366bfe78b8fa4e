#include "journal/quarantine.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "journal/undo.hpp"

namespace tsflow {

std::filesystem::path keep_damaged(FileSystem& files, const Segment& segment, const File& file,
                                   std::uint64_t from, std::uint64_t to) {
    constexpr std::uint64_t piece = 256 * 1024;
    const std::filesystem::path folder = segment.path.parent_path() / "quarantine";
    const std::string name = fmt::format("{}.{}-{}", segment.name.to_string(), from, to);
    files.make_folder(folder);
    const std::vector<std::string> there = files.list(folder);
    if (std::find(there.begin(), there.end(), name) != there.end()) {
        return folder / name;
    }
    // Under another name until it is whole.
    const std::filesystem::path partial = folder / (name + ".partial");
    files.remove(partial);
    const std::unique_ptr<File> copy = files.create(partial);
    Undo remove([&] { files.remove(partial); });
    std::vector<std::byte> bytes(std::min(piece, to - from));
    for (std::uint64_t at = from; at < to;) {
        const auto wanted = std::span{bytes}.first(std::min<std::uint64_t>(bytes.size(), to - at));
        const std::size_t got = read_full(file, wanted, at);
        if (got == 0) {
            break;
        }
        write_all(*copy, wanted.first(got), at - from);
        at += got;
    }
    copy->sync();
    files.rename(partial, folder / name);
    remove.dismiss();
    files.sync_folder(folder);
    return folder / name;
}

}  // namespace tsflow
