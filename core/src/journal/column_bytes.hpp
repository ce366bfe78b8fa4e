#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "journal/byte_reader.hpp"
#include "journal/format.hpp"
#include "tsflow/schema.hpp"

namespace tsflow {

struct NewColumn;

/// The buffers of one column of a batch in a payload.
struct ColumnBytes {
    journal_format::Nulls nulls = journal_format::Nulls::none;
    std::uint8_t code_width = 0;  ///< of symbols
    const std::byte* validity = nullptr;
    const std::byte* values = nullptr;
    const std::byte* text = nullptr;
    std::size_t text_bytes = 0;
};

/// Finds the buffers of a column of `rows` rows; `in` is not ok() afterwards when they are not there.
ColumnBytes find_column(ByteReader& in, const Field& field, std::uint8_t layout, std::size_t rows);
/// Copies them into a new batch. False when a symbol's code is not among `symbols`, or -1 there.
bool fill_column(const NewColumn& to, const ColumnBytes& from, Type type, std::size_t rows,
                 std::span<const std::int32_t> symbols);

}  // namespace tsflow
