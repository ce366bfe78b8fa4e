#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "tsflow/batch.hpp"

namespace tsflow::dedupe {

/// 128 bits that stand for the values of some columns of one row. Equal values give equal digests in
/// every process; different values give different ones but for a chance of 2^-128 a pair.
struct Digest {
    std::uint64_t a = 0;
    std::uint64_t b = 0;
    bool operator==(const Digest&) const = default;
};

/// Digests rows over a fixed choice of columns, a column at a time.
class Digester {
public:
    explicit Digester(std::vector<std::size_t> columns) : columns_(std::move(columns)) {}

    /// Sets `digests[i]` to the digest of row `first + i`, for `count` rows.
    void run(const Batch& batch, std::size_t first, std::size_t count, Digest* digests);

private:
    Digest of_symbol(Symbol symbol);

    std::vector<std::size_t> columns_;
    std::vector<Digest> symbols_;  // by code, since codes differ between processes and texts do not
};

}  // namespace tsflow::dedupe
