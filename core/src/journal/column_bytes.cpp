#include "journal/column_bytes.hpp"

#include <algorithm>
#include <cstring>

#include "data/block.hpp"

namespace tsflow {

using journal_format::Nulls;

namespace {

std::int32_t offset_at(const std::byte* offsets, std::size_t row) {
    std::int32_t offset = 0;
    std::memcpy(&offset, offsets + row * sizeof offset, sizeof offset);
    return offset;
}

/// Ascending from 0 on: then every text lies within what the last offset says.
bool offsets_are_right(const std::byte* offsets, std::size_t rows) {
    bool right = offset_at(offsets, 0) == 0;
    for (std::size_t row = 0; row < rows; ++row) {
        right &= offset_at(offsets, row) <= offset_at(offsets, row + 1);
    }
    return right;
}

template <class Code>
bool fill_symbols(std::int32_t* to, const std::byte* from, std::size_t rows,
                  std::span<const std::int32_t> symbols) {
    std::int32_t least = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        Code code{};
        std::memcpy(&code, from + row * sizeof code, sizeof code);
        to[row] = code < symbols.size() ? symbols[code] : -1;
        least = std::min(least, to[row]);
    }
    return least >= 0;
}

}  // namespace

ColumnBytes find_column(ByteReader& in, const Field& field, std::uint8_t layout, std::size_t rows) {
    constexpr unsigned two_bits = 3;
    ColumnBytes found;
    found.nulls = static_cast<Nulls>(layout & two_bits);
    found.code_width = static_cast<std::uint8_t>(1u << (layout >> 2 & two_bits));
    if (found.nulls == Nulls::bitmap) {
        found.validity = in.buffer(bitmap_bytes(rows));
    }
    if (found.nulls > Nulls::all || (found.nulls != Nulls::none && !field.nullable)) {
        in.fail();
    }
    if (found.nulls == Nulls::all || !in.ok()) {
        return found;
    }
    if (field.type == Type::symbol) {
        found.values = in.buffer(rows * found.code_width);
    } else if (field.type == Type::string) {
        found.values = in.buffer((rows + 1) * sizeof(std::int32_t));
        if (in.ok() && offsets_are_right(found.values, rows)) {
            found.text_bytes = static_cast<std::size_t>(offset_at(found.values, rows));
            found.text = in.buffer(found.text_bytes);
        } else {
            in.fail();
        }
    } else {
        found.values = in.buffer(rows * width_of(field.type));
    }
    return found;
}

bool fill_column(const NewColumn& to, const ColumnBytes& from, Type type, std::size_t rows,
                 std::span<const std::int32_t> symbols) {
    if (from.nulls == Nulls::bitmap) {
        std::memcpy(to.validity, from.validity, bitmap_bytes(rows));
    }
    if (from.nulls == Nulls::all) {
        std::memset(to.validity, 0, bitmap_bytes(rows));
        std::memset(
            to.values, 0,
            type == Type::string ? (rows + 1) * sizeof(std::int32_t) : rows * width_of(type));
        return true;
    }
    if (type == Type::symbol) {
        auto* codes = to.as<std::int32_t>();
        switch (from.code_width) {
            case 1:
                return fill_symbols<std::uint8_t>(codes, from.values, rows, symbols);
            case 2:
                return fill_symbols<std::uint16_t>(codes, from.values, rows, symbols);
            default:
                return fill_symbols<std::uint32_t>(codes, from.values, rows, symbols);
        }
    }
    if (type == Type::string) {
        std::memcpy(to.values, from.values, (rows + 1) * sizeof(std::int32_t));
        if (from.text_bytes > 0) {
            std::memcpy(to.text, from.text, from.text_bytes);
        }
        return true;
    }
    if (rows > 0) {
        std::memcpy(to.values, from.values, rows * width_of(type));
    }
    return true;
}

}  // namespace tsflow
