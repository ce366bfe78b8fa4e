#include "digest.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string_view>

namespace tsflow::dedupe {

namespace {

// Odd constants without pattern (digits of the golden ratio and of pi).
constexpr std::uint64_t multiplier_a = 0x9E3779B97F4A7C15;
constexpr std::uint64_t multiplier_b = 0xC2B2AE3D27D4EB4F;
constexpr Digest start{0x243F6A8885A308D3, 0x13198A2E03707344};
constexpr Digest null_value{0xA4093822299F31D0, 0x082EFA98EC4E6C89};

// Both steps are one-to-one in the state and in the value, so one column alone never collides.
void add(Digest& digest, std::uint64_t value_a, std::uint64_t value_b) {
    digest.a = (digest.a ^ value_a) * multiplier_a;
    digest.a ^= digest.a >> 32;
    digest.b = (digest.b + value_b) * multiplier_b;
    digest.b ^= digest.b >> 29;
}
void add(Digest& digest, std::uint64_t value) {
    add(digest, value, value);
}

// Spreads the last column's bits over the whole word.
std::uint64_t finish(std::uint64_t x) {
    x *= multiplier_b;
    x ^= x >> 31;
    x *= multiplier_a;
    return x ^ (x >> 32);
}

Digest of_text(std::string_view text) {
    Digest digest = start;
    add(digest, text.size());
    for (std::size_t at = 0; at < text.size(); at += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, std::min(sizeof(word), text.size() - at));
        add(digest, word);
    }
    return digest;
}

/// Adds `value(i)`, a Digest, of each row that is not null.
template <class Value>
void add_column(const Batch& batch, std::size_t column, std::size_t first, std::size_t count,
                Digest* digests, Value value) {
    if (!batch.has_nulls(column)) {
        for (std::size_t i = 0; i < count; ++i) {
            const Digest d = value(first + i);
            add(digests[i], d.a, d.b);
        }
        return;
    }
    for (std::size_t i = 0; i < count; ++i) {
        const Digest d = batch.is_null(column, first + i) ? null_value : value(first + i);
        add(digests[i], d.a, d.b);
    }
}

Digest twice(std::uint64_t bits) {
    return {bits, bits};
}

}  // namespace

Digest Digester::of_symbol(Symbol symbol) {
    const auto code = static_cast<std::size_t>(symbol.code());
    while (symbols_.size() <= code) {
        symbols_.push_back(
            of_text(Symbol::from_code(static_cast<std::int32_t>(symbols_.size())).text()));
    }
    return symbols_[code];
}

void Digester::run(const Batch& batch, std::size_t first, std::size_t count, Digest* digests) {
    std::fill_n(digests, count, start);
    for (std::size_t column : columns_) {
        const auto each = [&](auto value) {
            add_column(batch, column, first, count, digests, value);
        };
        switch ((*batch.schema())[column].type) {
            case Type::boolean:
                each([values = batch.column<bool>(column)](std::size_t row) {
                    return twice(values[row] ? 1 : 0);
                });
                break;
            case Type::int64:
                each([values = batch.column<std::int64_t>(column)](std::size_t row) {
                    return twice(static_cast<std::uint64_t>(values[row]));
                });
                break;
            case Type::float64:
                each([values = batch.column<double>(column)](std::size_t row) {
                    return twice(std::bit_cast<std::uint64_t>(values[row]));
                });
                break;
            case Type::timestamp:
                each([values = batch.column<Timestamp>(column)](std::size_t row) {
                    return twice(
                        static_cast<std::uint64_t>(values[row].time_since_epoch().count()));
                });
                break;
            case Type::date:
                each([values = batch.column<Date>(column)](std::size_t row) {
                    return twice(
                        static_cast<std::uint64_t>(values[row].time_since_epoch().count()));
                });
                break;
            case Type::symbol:
                each([this, values = batch.column<Symbol>(column)](std::size_t row) {
                    return of_symbol(values[row]);
                });
                break;
            case Type::string:
                each([values = batch.strings(column)](std::size_t row) {
                    return of_text(values[row]);
                });
                break;
        }
    }
    for (std::size_t i = 0; i < count; ++i) {
        digests[i] = {finish(digests[i].a), finish(digests[i].b)};
    }
}

}  // namespace tsflow::dedupe
