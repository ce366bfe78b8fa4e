#include <algorithm>
#include <utility>
#include <vector>

#include "tsflow/builder.hpp"
#include "tsflow/testing.hpp"

namespace tsflow::testing {

void CollectingEmitter::emit(Batch batch, std::size_t port) {
    if (!batch.empty()) {
        batches.emplace_back(port, std::move(batch));
    }
    if (after) {
        after();
    }
}

void CollectingEmitter::watermark(Timestamp time) {
    watermarks.push_back(time);
    if (after) {
        after();
    }
}

Batch CollectingEmitter::all(const SchemaPtr& schema, std::size_t port) const {
    std::vector<Batch> of_port;
    for (const auto& [at, batch] : batches) {
        if (at == port) {
            of_port.push_back(batch);
        }
    }
    return of_port.empty() ? BatchBuilder{schema}.finish() : concat(of_port);
}

std::size_t CollectingEmitter::rows(std::size_t port) const {
    std::size_t rows = 0;
    for (const auto& [at, batch] : batches) {
        rows += at == port ? batch.rows() : 0;
    }
    return rows;
}

}  // namespace tsflow::testing
