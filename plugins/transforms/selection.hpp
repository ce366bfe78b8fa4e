#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "tsflow/batch.hpp"
#include "tsflow/node.hpp"

namespace tsflow {

/// Hands on the rows `chosen` (ascending) of `batch`: the batch itself when they are all of it, a slice
/// when they are one run, and only otherwise a copy.
inline void emit_rows(Batch batch, std::span<const std::uint32_t> chosen, Emitter& out) {
    if (chosen.empty()) {
        return;
    }
    if (chosen.size() == batch.rows()) {
        out.emit(std::move(batch));
    } else if (std::size_t{chosen.back() - chosen.front()} + 1 == chosen.size()) {
        out.emit(batch.slice(chosen.front(), chosen.size()));
    } else {
        out.emit(take(batch, chosen));
    }
}

}  // namespace tsflow
