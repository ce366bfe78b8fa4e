#include "runtime/checkpoint_store.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "runtime/crc32c.hpp"
#include "runtime/state_dir.hpp"
#include "tsflow/error.hpp"
#include "tsflow/state.hpp"

namespace tsflow {
namespace {

constexpr std::string_view magic = "tsflow-checkpoint-2\n";

[[noreturn]] void damaged(const std::filesystem::path& file, std::string_view how) {
    throw Error(
        fmt::format("the checkpoint '{}' {}; remove its folder to start the pipeline from the "
                    "beginning",
                    file.string(), how));
}

/// As far as there is room; a full disk is told of when it matters.
void keep_room(const std::filesystem::path& file, std::uint64_t bytes) {
    constexpr std::uint64_t least = 64 * 1024;
    const std::uint64_t wanted = std::max(2 * bytes, least);
    std::error_code error;
    if (const auto size = std::filesystem::file_size(file, error); !error && size >= wanted) {
        return;
    }
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor < 0) {
        return;
    }
    const int failed = ::posix_fallocate(descriptor, 0, static_cast<off_t>(wanted));
    ::close(descriptor);
    if (failed != 0) {
        std::filesystem::remove(file, error);
    }
}

std::string encode(const StoredCheckpoint& checkpoint) {
    StateWriter out;
    out.integer(static_cast<std::int64_t>(checkpoint.id));
    out.text(checkpoint.pipeline);
    out.time(checkpoint.taken);
    out.integer(static_cast<std::int64_t>(checkpoint.nodes.size()));
    for (const auto& [path, node] : checkpoint.nodes) {
        out.text(path);
        out.text(node.type);
        out.text(node.bytes);
        for (const std::uint64_t figure : {node.letters.generation, node.letters.length,
                                           node.letters.count, node.letters.next_id}) {
            out.integer(static_cast<std::int64_t>(figure));
        }
    }
    return out.bytes();
}

StoredCheckpoint decode(std::string_view bytes) {
    StateReader in(bytes);
    StoredCheckpoint checkpoint;
    checkpoint.id = static_cast<std::uint64_t>(in.integer());
    checkpoint.pipeline = in.text();
    checkpoint.taken = in.time();
    for (std::int64_t rest = in.integer(); rest > 0; --rest) {
        NodeState& node = checkpoint.nodes[std::string{in.text()}];
        node.type = in.text();
        node.bytes = in.text();
        for (std::uint64_t* figure : {&node.letters.generation, &node.letters.length,
                                      &node.letters.count, &node.letters.next_id}) {
            *figure = static_cast<std::uint64_t>(in.integer());
        }
    }
    return checkpoint;
}

}  // namespace

std::optional<StoredCheckpoint> CheckpointStore::load() const {
    std::ifstream in(file_, std::ios::binary);
    if (!in) {
        return std::nullopt;
    }
    const std::string all{std::istreambuf_iterator<char>(in), {}};
    const std::string_view text = all;
    std::uint32_t stored = 0;
    if (text.substr(0, magic.size()) != magic) {
        damaged(file_, "is not one of this version");
    }
    if (text.size() < magic.size() + sizeof(stored)) {
        damaged(file_, "is cut off");
    }
    const std::string_view payload =
        text.substr(magic.size(), text.size() - magic.size() - sizeof(stored));
    std::memcpy(&stored, text.data() + text.size() - sizeof(stored), sizeof(stored));
    if (crc32c(payload) != stored) {
        damaged(file_, "is damaged (its checksum does not match)");
    }
    return decode(payload);
}

void CheckpointStore::save(const StoredCheckpoint& checkpoint) const {
    const std::string payload = encode(checkpoint);
    const std::uint32_t crc = crc32c(payload);
    std::string bytes{magic};
    bytes += payload;
    bytes.append(reinterpret_cast<const char*>(&crc), sizeof(crc));
    try {
        write_atomically(file_, bytes);
    } catch (const Error&) {
        std::error_code ignored;
        if (!std::filesystem::remove(reserve_, ignored)) {
            throw;
        }
        write_atomically(file_, bytes);
    }
    keep_room(reserve_, bytes.size());
}

}  // namespace tsflow
