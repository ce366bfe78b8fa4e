#include "checkpoints.hpp"

#include <array>

namespace tsflow::timescale {

std::optional<std::int64_t> Checkpoints::id(Connection& connection) const {
    const std::array parameters{text_parameter(pipeline_), text_parameter(node_)};
    const Answer stored = connection.execute(
        "SELECT id FROM tsflow.checkpoints WHERE pipeline = $1 AND node = $2", parameters);
    return stored.rows() == 0 ? std::nullopt : std::optional{stored.integer(0, 0)};
}

void Checkpoints::store(Connection& connection, const Checkpoint& checkpoint) const {
    constexpr std::uint32_t bytea_type = 17;
    const std::string id = std::to_string(checkpoint.id);
    const std::array parameters{text_parameter(pipeline_), text_parameter(node_),
                                text_parameter(id),
                                Parameter{checkpoint.positions, bytea_type, true, false}};
    connection.execute(
        "INSERT INTO tsflow.checkpoints (pipeline, node, id, positions, committed_at) "
        "VALUES ($1, $2, $3, $4, now()) ON CONFLICT (pipeline, node) DO UPDATE SET "
        "id = excluded.id, positions = excluded.positions, committed_at = excluded.committed_at",
        parameters);
}

}  // namespace tsflow::timescale
