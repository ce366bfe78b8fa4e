#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "tsflow/time.hpp"

namespace tsflow {

/// Where a node's dead letters stand; see letter_files.hpp.
struct LettersState {
    std::uint64_t generation = 0;  ///< the number of their file
    std::uint64_t length = 0;      ///< bytes of it that count
    std::uint64_t count = 0;       ///< letters in these
    std::uint64_t next_id = 1;     ///< of the next letter
    bool operator==(const LettersState&) const = default;
};

/// What one node needs to go on from a checkpoint.
struct NodeState {
    std::string type;   ///< `csv`; a node of another type cannot read it
    std::string bytes;  ///< a source's position, a transform's snapshot, a sink's commit state
    LettersState letters{};
    bool operator==(const NodeState&) const = default;
};

/// A consistent cut through a whole pipeline.
struct StoredCheckpoint {
    std::uint64_t id = 0;
    std::string pipeline;
    Timestamp taken{};
    std::map<std::string, NodeState> nodes;  ///< by path
    bool operator==(const StoredCheckpoint&) const = default;
};

/// Keeps the last checkpoint in the file `checkpoint` of a state_dir: magic, payload (StateWriter),
/// CRC-32C of the payload. Replaced atomically. Beside it lies `checkpoint.reserve`, as much room as the
/// next one needs: it is given up when the disk is full, because it is the checkpoint that lets a journal be
/// trimmed and so makes room again.
class CheckpointStore {
public:
    explicit CheckpointStore(const std::filesystem::path& folder)
        : file_(folder / "checkpoint"), reserve_(folder / "checkpoint.reserve") {}

    /// Nothing when there is none yet. Throws Error when the file is damaged or of another version.
    std::optional<StoredCheckpoint> load() const;
    /// Throws Error with the system's reason; then the last checkpoint stays.
    void save(const StoredCheckpoint& checkpoint) const;

private:
    std::filesystem::path file_, reserve_;
};

}  // namespace tsflow
