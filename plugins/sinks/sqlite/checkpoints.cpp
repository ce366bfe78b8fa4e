#include "checkpoints.hpp"

#include "table_check.hpp"

namespace tsflow::sqlite {

void Checkpoints::make_table() {
    database_->execute(
        "CREATE TABLE IF NOT EXISTS tsflow_checkpoints (pipeline TEXT NOT NULL, node TEXT NOT "
        "NULL, "
        "id INTEGER NOT NULL, positions BLOB NOT NULL DEFAULT x'', first_rowid INTEGER NOT NULL "
        "DEFAULT 0, committed_at TEXT, PRIMARY KEY (pipeline, node))");
}

std::optional<std::int64_t> Checkpoints::read(const char* column) const {
    if (!has_table(*database_, table)) {
        return std::nullopt;
    }
    Statement row = database_->prepare(std::string{"SELECT "} + column +
                                       " FROM tsflow_checkpoints WHERE pipeline = ? AND node = ?");
    row.bind(1, pipeline_).bind(2, node_);
    return row.step() ? std::optional{row.integer(0)} : std::nullopt;
}

std::optional<std::int64_t> Checkpoints::id() const {
    return read("id");
}

std::optional<std::int64_t> Checkpoints::first_rowid() const {
    return read("first_rowid");
}

void Checkpoints::begin(std::int64_t first_rowid) {
    make_table();
    Statement insert = database_->prepare(
        "INSERT INTO tsflow_checkpoints (pipeline, node, id, first_rowid) VALUES (?, ?, 0, ?) "
        "ON CONFLICT (pipeline, node) DO UPDATE SET id = 0, positions = x'', committed_at = NULL, "
        "first_rowid = excluded.first_rowid");
    insert.bind(1, pipeline_).bind(2, node_).bind(3, first_rowid);
    insert.step();
}

void Checkpoints::store(const Checkpoint& checkpoint, const std::string& committed_at) {
    make_table();
    Statement insert = database_->prepare(
        "INSERT INTO tsflow_checkpoints (pipeline, node, id, positions, committed_at) "
        "VALUES (?, ?, ?, ?, ?) ON CONFLICT (pipeline, node) DO UPDATE SET id = excluded.id, "
        "positions = excluded.positions, committed_at = excluded.committed_at");
    insert.bind(1, pipeline_).bind(2, node_).bind(3, static_cast<std::int64_t>(checkpoint.id));
    // A null pointer would bind NULL.
    insert.bind_blob(4, checkpoint.positions.empty() ? std::string_view{""} : checkpoint.positions);
    insert.bind(5, committed_at);
    insert.step();
}

}  // namespace tsflow::sqlite
