#include "row_reader.hpp"

#include <bit>

namespace tsflow::resample {

namespace {

template <class T>
std::uint64_t bits(T value) {
    if constexpr (std::is_same_v<T, double>) {
        return std::bit_cast<std::uint64_t>(value);
    } else if constexpr (std::is_same_v<T, Timestamp> || std::is_same_v<T, Date>) {
        return static_cast<std::uint64_t>(std::int64_t{value.time_since_epoch().count()});
    } else if constexpr (std::is_same_v<T, Symbol>) {
        return static_cast<std::uint64_t>(value.code());
    } else {
        return static_cast<std::uint64_t>(value);
    }
}

template <class T>
void copy_column(const Batch& batch, std::size_t column, std::size_t first, std::size_t count,
                 std::uint64_t* to, std::size_t width) {
    const T* values = batch.column<T>(column).data() + first;
    for (std::size_t i = 0; i < count; ++i) {
        to[i * width] = bits(values[i]);
    }
}

}  // namespace

void RowReader::read(const Layout& layout, const Batch& batch, std::size_t first,
                     std::size_t count) {
    const std::size_t width = layout.width();
    words_.assign(count * width, 0);
    texts_.clear();
    copy_column<Timestamp>(batch, layout.event_time, first, count, words_.data(), width);
    for (std::size_t cell = 0; cell < layout.cells.size(); ++cell) {
        const std::size_t column = layout.cells[cell].column;
        std::uint64_t* to = words_.data() + layout.first_cell() + cell;
        switch (layout.cells[cell].type) {
            case Type::boolean:
                copy_column<bool>(batch, column, first, count, to, width);
                break;
            case Type::int64:
                copy_column<std::int64_t>(batch, column, first, count, to, width);
                break;
            case Type::float64:
                copy_column<double>(batch, column, first, count, to, width);
                break;
            case Type::timestamp:
                copy_column<Timestamp>(batch, column, first, count, to, width);
                break;
            case Type::date:
                copy_column<Date>(batch, column, first, count, to, width);
                break;
            case Type::symbol:
                copy_column<Symbol>(batch, column, first, count, to, width);
                break;
            case Type::string:
                for (std::size_t i = 0; i < count; ++i) {
                    to[i * width] = texts_.size();
                    texts_.push_back(batch.strings(column)[first + i]);
                }
                break;
        }
        if (batch.has_nulls(column)) {
            for (std::size_t i = 0; i < count; ++i) {
                if (batch.is_null(column, first + i)) {
                    words_[i * width + 1 + cell / 64] |= std::uint64_t{1} << (cell % 64);
                    to[i * width] = 0;
                }
            }
        }
    }
}

}  // namespace tsflow::resample
