#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/sqlite/database.hpp"
#include "tsflow/node.hpp"

namespace tsflow::sqlite {

/// The table tsflow_checkpoints: what is in the database, by its own account, in the same transactions
/// as the rows. One row a pipeline's sink:
///
///     id            of the last checkpoint whose rows are all here; 0: none of this run yet
///     positions     of the sources at that checkpoint, opaque
///     first_rowid   without a key: rows with a higher rowid were written by this sink
///     committed_at  when
class Checkpoints {
public:
    static constexpr const char* table = "tsflow_checkpoints";

    Checkpoints() = default;
    Checkpoints(Database& database, std::string pipeline, std::string node)
        : database_(&database), pipeline_(std::move(pipeline)), node_(std::move(node)) {}

    /// The id stored last, if there is one.
    std::optional<std::int64_t> id() const;
    std::optional<std::int64_t> first_rowid() const;

    // Within a transaction:

    /// A run without a checkpoint begins: id 0.
    void begin(std::int64_t first_rowid);
    void store(const Checkpoint& checkpoint, const std::string& committed_at);

private:
    std::optional<std::int64_t> read(const char* column) const;
    void make_table();

    Database* database_ = nullptr;
    std::string pipeline_;
    std::string node_;
};

}  // namespace tsflow::sqlite
