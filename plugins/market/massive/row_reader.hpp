#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

#include <simdjson.h>

#include "field_iterator.hpp"
#include "massive/frame_parser.hpp"
#include "ticker_cache.hpp"
#include "wire_events.hpp"
#include "wire_values.hpp"

namespace tsflow::market::massive::wire {

enum class Verdict : std::uint8_t {
    complete,
    refused,  ///< for `reason`
    unowned,  ///< the ticker is another connection's
    broken,   ///< it is no JSON
};

/// Reads one event into a row.
///
/// Fields may come in any order, but as a rule they come in one: so each is first compared with the one
/// that is expected next, which the processor predicts and needs no jump table. Where the event goes
/// another way, the rest of it is read by a switch.
template <class Fields>
class RowReader {
public:
    RowReader(Fields& fields, Lenient& lenient, TickerCache& tickers,
              std::span<const std::uint8_t> owners, std::uint8_t owner_index)
        : fields_(fields),
          lenient_(lenient),
          tickers_(tickers),
          owners_(owners),
          owner_index_(owner_index) {}

    bool contested = false;
    std::uint64_t unknown_fields = 0;
    std::string_view reason;  ///< of a refusal
    std::string_view name;    ///< the field that it is about, or empty

    /// From `begin` on; `kind` is what its `ev` says.
    [[gnu::flatten]] Verdict read(const FieldIterator& begin, std::string_view kind) {
        FieldIterator fields = begin;
        Taken taken = Taken::on;
        read_usual(fields, taken, std::make_index_sequence<Fields::usual.size()>{});
        while (taken == Taken::on && fields.at() == FieldIterator::At::field) {
            taken = take(key_at(fields.key()), fields, kind);
            if (taken == Taken::on) {
                fields.advance();
            }
        }
        if (taken == Taken::on) {
            return fields.at() == FieldIterator::At::broken ? Verdict::broken : complete();
        }
        if (taken == Taken::unowned) {
            return Verdict::unowned;
        }
        return fields.lacks_value() ? Verdict::broken : Verdict::refused;
    }

private:
    enum class Taken : std::uint8_t { on, refused, unowned };

    template <std::size_t... i>
    simdjson_inline void read_usual(FieldIterator& fields, Taken& taken,
                                    std::index_sequence<i...> /*all*/) {
        (void)(read_expected<Fields::usual[i]>(fields, taken) && ...);
    }
    /// False when the event has been read to its end or given up.
    template <Key expected>
    simdjson_inline bool read_expected(FieldIterator& fields, Taken& taken) {
        if (fields.at() != FieldIterator::At::field) {
            return false;
        }
        if (is_key<expected>(fields.key())) {
            taken = expected == key("sym") || expected == key("T") ? take_ticker(fields)
                                                                   : take_field(expected, fields);
            if (taken != Taken::on) {
                return false;
            }
            fields.advance();
        }
        return true;
    }

    simdjson_inline Taken take(Key got, FieldIterator& fields, std::string_view kind) {
        if (got == key("sym") || got == key("T")) {
            return take_ticker(fields);
        }
        if (got == key("ev")) {
            std::string_view again;
            return lenient_.texts.read(fields.value(), again) && again == kind
                       ? Taken::on
                       : refuse("the event has two kinds");
        }
        return take_field(got, fields);
    }
    simdjson_inline Taken take_field(Key got, FieldIterator& fields) {
        switch (fields_.read(got, fields.value(), lenient_)) {
            case Field::fine:
                return Taken::on;
            case Field::unknown:
                ++unknown_fields;
                return Taken::on;
            case Field::wrong:
                break;
        }
        return refuse("has a value that cannot be read", key_text(fields.key()));
    }
    simdjson_inline Taken take_ticker(FieldIterator& fields) {
        std::string_view text;
        if (!lenient_.texts.read(fields.value(), text) || text.empty() ||
            text.size() > longest_ticker) {
            return refuse("the ticker is no text of 1 to 64 bytes");
        }
        Symbol symbol = tickers_.find(text);
        if (has_ticker_ && fields_.row.symbol != symbol) {
            return refuse("the event has two tickers");
        }
        fields_.row.symbol = symbol;
        has_ticker_ = true;
        if (owners_.empty()) {
            return Taken::on;
        }
        const auto code = static_cast<std::size_t>(symbol.code());
        const std::uint8_t owner = code < owners_.size() ? owners_[code] : owner::nobody;
        contested = owner == owner::contested;
        return owner == owner_index_ || contested ? Taken::on : Taken::unowned;
    }

    simdjson_inline Verdict complete() {
        fields_.finish(lenient_);
        if (!has_ticker_) {
            refuse("the event has no ticker");
            return Verdict::refused;
        }
        constexpr std::uint32_t all = (1U << Fields::needs.size()) - 1;
        if (fields_.seen != all) {
            const auto missing = static_cast<std::size_t>(std::countr_one(fields_.seen));
            refuse("is missing", Fields::needs[missing]);
            return Verdict::refused;
        }
        return Verdict::complete;
    }
    Taken refuse(std::string_view why, std::string_view which = {}) noexcept {
        reason = why;
        name = which;
        return Taken::refused;
    }

    /// The feed has none of more than some 20 characters, and each new one takes memory for good.
    static constexpr std::size_t longest_ticker = 64;

    Fields& fields_;
    Lenient& lenient_;
    TickerCache& tickers_;
    std::span<const std::uint8_t> owners_;
    std::uint8_t owner_index_;
    bool has_ticker_ = false;
};

}  // namespace tsflow::market::massive::wire
