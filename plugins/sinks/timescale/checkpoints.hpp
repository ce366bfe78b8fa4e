#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "connection.hpp"
#include "tsflow/node.hpp"

namespace tsflow::timescale {

/// The table tsflow.checkpoints: what is in the database, by its own account, stored in the same
/// transactions as the rows; migrations.hpp makes it. One row a pipeline's sink:
///
///     id            of the last checkpoint whose rows are all here; 0: none of this run yet
///     positions     of the sources at that checkpoint, opaque
///     committed_at  when
class Checkpoints {
public:
    Checkpoints() = default;
    Checkpoints(std::string pipeline, std::string node)
        : pipeline_(std::move(pipeline)), node_(std::move(node)) {}

    /// The id stored last, if there is one.
    std::optional<std::int64_t> id(Connection& connection) const;
    /// Within a transaction.
    void store(Connection& connection, const Checkpoint& checkpoint) const;

private:
    std::string pipeline_;
    std::string node_;
};

}  // namespace tsflow::timescale
