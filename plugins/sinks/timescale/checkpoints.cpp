#include "checkpoints.hpp"

#include <array>

namespace tsflow::timescale {

void Checkpoints::create(Connection& connection) {
    // Asked first, because a role may use the schema without the right to make one.
    const Answer there = connection.execute(
        "SELECT to_regclass('tsflow.checkpoints') IS NOT NULL, to_regnamespace('tsflow') IS NOT "
        "NULL");
    if (there.boolean(0, 0)) {
        return;
    }
    if (!there.boolean(0, 1)) {
        connection.execute("CREATE SCHEMA IF NOT EXISTS tsflow");
    }
    connection.execute(
        "CREATE TABLE IF NOT EXISTS tsflow.checkpoints (pipeline text NOT NULL, node text NOT "
        "NULL, id bigint NOT NULL, positions bytea NOT NULL DEFAULT '', committed_at timestamptz "
        "NOT NULL DEFAULT now(), PRIMARY KEY (pipeline, node))");
}

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
