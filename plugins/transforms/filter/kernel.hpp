#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "tsflow/batch.hpp"

namespace tsflow::filter {

/// Rows are worked on in chunks so small that all intermediate results stay in the first-level cache.
inline constexpr std::size_t chunk_rows = 1024;

struct Chunk {
    const Batch& batch;
    std::size_t first;
    std::size_t rows;
};

// In the loops of kernels the count of rows is a local: a store of bytes may alias anything that is read
// through a reference, and a count that is read again for each row keeps the loop from being vectorised.

/// Three-valued truth, a byte a row, numbered so that `and` is the minimum, `or` the maximum and `not`
/// the difference to 2.
enum Truth : std::uint8_t { no = 0, unknown = 1, yes = 2 };

template <class T>
using Buffer = std::array<T, chunk_rows>;

/// The values of one chunk. `valid` holds 1 or 0 a row; none means that no row is null.
template <class T>
struct Values {
    const T* data = nullptr;
    const std::uint8_t* valid = nullptr;
};

/// Computes values of type `T`: int64_t (integers, timestamps), double, int32_t (dates, symbol codes)
/// or std::string_view. The result stands until the next call.
template <class T>
class Operand {
public:
    virtual ~Operand() = default;
    virtual Values<T> evaluate(const Chunk& chunk) = 0;
};
template <class T>
using OperandPtr = std::unique_ptr<Operand<T>>;

/// Computes a truth a row. The result stands until the next call.
class Condition {
public:
    virtual ~Condition() = default;
    virtual const std::uint8_t* evaluate(const Chunk& chunk) = 0;
};
using ConditionPtr = std::unique_ptr<Condition>;

/// Makes rows unknown where `valid` says that a value is missing.
inline void mask(std::uint8_t* truth, const std::uint8_t* valid, std::size_t rows) {
    if (valid != nullptr) {
        for (std::size_t i = 0; i < rows; ++i) {
            truth[i] = valid[i] != 0 ? truth[i] : std::uint8_t{unknown};
        }
    }
}

}  // namespace tsflow::filter
