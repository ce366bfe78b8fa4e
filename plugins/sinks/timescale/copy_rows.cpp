#include "copy_rows.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <type_traits>

#include "tsflow/text.hpp"

namespace tsflow::timescale {

namespace {

// Types by their OIDs, which pg_type.dat fixes.
constexpr std::uint32_t int4_type = 23;
constexpr std::uint32_t int4_array = 1007;

struct WireType {
    std::uint32_t type;
    std::uint32_t array;
};

WireType wire(Type type) noexcept {
    switch (type) {
        case Type::boolean:
            return {16, 1000};
        case Type::int64:
            return {20, 1016};
        case Type::float64:
            return {701, 1022};
        case Type::timestamp:
            return {1184, 1185};
        case Type::date:
            return {1082, 1182};
        default:
            return {25, 1009};
    }
}

// The server counts from 2000-01-01.
constexpr std::int32_t epoch_days = 10'957;
constexpr std::int64_t epoch_us = epoch_days * 86'400'000'000LL;
constexpr std::int64_t ns_per_us = 1'000;

constexpr std::size_t length_size = 4;
constexpr std::size_t widest = 8;
constexpr std::size_t array_header = 20;

template <class T>
char* put(T value, char* at) noexcept {
    auto bits = static_cast<std::make_unsigned_t<T>>(value);
    if constexpr (std::endian::native == std::endian::little) {
        if constexpr (sizeof(T) == 2) {
            bits = __builtin_bswap16(bits);
        } else if constexpr (sizeof(T) == 4) {
            bits = __builtin_bswap32(bits);
        } else {
            bits = __builtin_bswap64(bits);
        }
    }
    std::memcpy(at, &bits, sizeof bits);
    return at + sizeof bits;
}

template <class T>
char* put_sized(T value, char* at) noexcept {
    return put(value, put(static_cast<std::int32_t>(sizeof(T)), at));
}

/// Why no text type of the server can hold it; null when one can.
const char* fault_of(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) {
        return "holds a zero byte, which PostgreSQL's texts cannot";
    }
    for (std::size_t at = 0; at < text.size();) {
        if (static_cast<unsigned char>(text[at]) < 0x80) {
            ++at;
            continue;
        }
        const std::size_t length = utf8_length(text, at);
        if (length == 0) {
            return "is not UTF-8";
        }
        at += length;
    }
    return nullptr;
}

bool is_text(Type type) noexcept {
    return type == Type::string || type == Type::symbol;
}

}  // namespace

void Bytes::grow(std::size_t more) {
    const std::size_t wanted = std::max(size_ + more, 2 * capacity_);
    std::unique_ptr<char[]> larger{new char[wanted]};
    if (size_ > 0) {
        std::memcpy(larger.get(), data_.get(), size_);
    }
    data_ = std::move(larger);
    capacity_ = wanted;
}

CopyRows::CopyRows(const TargetTable& target) {
    for (const TargetColumn& column : target.columns) {
        columns_.push_back({.field = column.field, .type = (*target.schema)[column.field].type});
    }
    fixed_ = sizeof(std::int16_t) + (columns_.size() + 1) * (length_size + widest);
}

void CopyRows::start(const Batch& batch) {
    batch_ = &batch;
    for (Column& column : columns_) {
        column.has_nulls = batch.has_nulls(column.field);
        switch (column.type) {
            case Type::boolean:
                column.values = batch.column<bool>(column.field).data();
                break;
            case Type::int64:
                column.values = batch.column<std::int64_t>(column.field).data();
                break;
            case Type::float64:
                column.values = batch.column<double>(column.field).data();
                break;
            case Type::timestamp:
                column.values = batch.column<Timestamp>(column.field).data();
                break;
            case Type::date:
                column.values = batch.column<Date>(column.field).data();
                break;
            case Type::symbol:
                column.values = batch.column<Symbol>(column.field).data();
                break;
            case Type::string:
                column.strings = batch.strings(column.field);
                break;
        }
    }
}

void CopyRows::refuse(std::vector<std::uint32_t>& rows, std::vector<RefusedRow>& refused) {
    for (const Column& column : columns_) {
        if (!is_text(column.type)) {
            continue;
        }
        const auto unsent = [&](std::uint32_t row) {
            const char* fault = nullptr;
            if (column.type == Type::symbol) {
                fault = symbol_text(static_cast<const Symbol*>(column.values)[row].code()).fault;
            } else {
                fault = fault_of(column.strings[row]);
            }
            if (fault == nullptr || (column.has_nulls && batch_->is_null(column.field, row))) {
                return false;
            }
            refused.push_back(
                {row, "22021", "column '" + (*batch_->schema())[column.field].name + "' " + fault});
            return true;
        };
        rows.erase(std::remove_if(rows.begin(), rows.end(), unsent), rows.end());
    }
}

void CopyRows::append_header(Bytes& out) {
    static constexpr std::string_view header{"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19};
    char* at = out.room(header.size());
    out.grown(std::copy(header.begin(), header.end(), at));
}

void CopyRows::append_end(Bytes& out) {
    out.grown(put(std::int16_t{-1}, out.room(sizeof(std::int16_t))));
}

const CopyRows::SymbolText& CopyRows::symbol_text(std::int32_t code) {
    const auto index = static_cast<std::size_t>(code);
    if (index >= symbols_.size()) {
        symbols_.resize(std::max(Symbol::count(), index + 1));
    }
    SymbolText& cached = symbols_[index];
    if (!cached.known) {
        const std::string_view text = Symbol::from_code(code).text();
        cached.bytes.resize(length_size);
        put(static_cast<std::int32_t>(text.size()), cached.bytes.data());
        cached.bytes += text;
        cached.fault = fault_of(text);
        cached.known = true;
    }
    return cached;
}

/// With its length in front for a symbol, without for a string.
std::string_view CopyRows::text_of(const Column& column, std::uint32_t row) {
    return column.type == Type::symbol
               ? symbol_text(static_cast<const Symbol*>(column.values)[row].code()).bytes
               : column.strings[row];
}

char* CopyRows::put_value(const Column& column, std::uint32_t row, char* at) {
    switch (column.type) {
        case Type::boolean:
            at = put(std::int32_t{1}, at);
            *at = static_cast<const bool*>(column.values)[row] ? 1 : 0;
            return at + 1;
        case Type::int64:
            return put_sized(static_cast<const std::int64_t*>(column.values)[row], at);
        case Type::float64:
            return put_sized(
                std::bit_cast<std::int64_t>(static_cast<const double*>(column.values)[row]), at);
        case Type::timestamp: {
            const std::int64_t ns =
                static_cast<const Timestamp*>(column.values)[row].time_since_epoch().count();
            const std::int64_t cut = ns % ns_per_us;
            cut_ += cut == 0 ? 0 : 1;
            return put_sized(ns / ns_per_us - (cut < 0 ? 1 : 0) - epoch_us, at);
        }
        case Type::date:
            return put_sized(
                static_cast<const Date*>(column.values)[row].time_since_epoch().count() -
                    epoch_days,
                at);
        case Type::symbol: {
            const std::string_view text = text_of(column, row);
            return std::copy(text.begin(), text.end(), at);
        }
        case Type::string: {
            const std::string_view text = text_of(column, row);
            at = put(static_cast<std::int32_t>(text.size()), at);
            return std::copy(text.begin(), text.end(), at);
        }
    }
    return at;
}

void CopyRows::append(std::span<const std::uint32_t> rows, bool numbered, std::int32_t first,
                      Bytes& out) {
    const auto fields = static_cast<std::int16_t>(columns_.size() + (numbered ? 1 : 0));
    for (const std::uint32_t row : rows) {
        std::size_t size = fixed_;
        for (const Column& column : columns_) {
            if (is_text(column.type)) {
                size += text_of(column, row).size();
            }
        }
        char* at = put(fields, out.room(size));
        for (const Column& column : columns_) {
            at = column.has_nulls && batch_->is_null(column.field, row)
                     ? put(std::int32_t{-1}, at)
                     : put_value(column, row, at);
        }
        if (numbered) {
            at = put_sized(first++, at);
        }
        out.grown(at);
    }
}

void CopyRows::append_array_header(std::size_t column, bool has_nulls, std::size_t count,
                                   Bytes& out) const {
    char* at = put(std::int32_t{1}, out.room(array_header));
    at = put(std::int32_t{has_nulls ? 1 : 0}, at);
    at = put(static_cast<std::int32_t>(wire(columns_[column].type).type), at);
    at = put(static_cast<std::int32_t>(count), at);
    out.grown(put(std::int32_t{1}, at));  // the first index
}

void CopyRows::append_values(std::size_t index, std::span<const std::uint32_t> rows, Bytes& out) {
    const Column& column = columns_[index];
    for (const std::uint32_t row : rows) {
        const std::size_t text = is_text(column.type) ? text_of(column, row).size() : 0;
        char* at = out.room(length_size + widest + text);
        out.grown(column.has_nulls && batch_->is_null(column.field, row)
                      ? put(std::int32_t{-1}, at)
                      : put_value(column, row, at));
    }
}

std::uint32_t CopyRows::array_type(std::size_t column) const noexcept {
    return wire(columns_[column].type).array;
}

void CopyRows::append_numbers(std::size_t count, Bytes& out) {
    char* at = put(std::int32_t{1}, out.room(array_header + count * (length_size + widest)));
    at = put(std::int32_t{0}, at);
    at = put(static_cast<std::int32_t>(int4_type), at);
    at = put(static_cast<std::int32_t>(count), at);
    at = put(std::int32_t{1}, at);
    for (std::size_t i = 0; i < count; ++i) {
        at = put_sized(static_cast<std::int32_t>(i), at);
    }
    out.grown(at);
}

std::uint32_t CopyRows::numbers_type() noexcept {
    return int4_array;
}

}  // namespace tsflow::timescale
