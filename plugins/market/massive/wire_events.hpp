#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "lenient.hpp"
#include "massive/records.hpp"
#include "wire_values.hpp"

/// The fields of each kind of event, by the vendor's names:
///
///     struct … {
///         Record& row;
///         static constexpr std::array needs;              // names of the fields that must be there
///         static constexpr std::array usual;              // keys in the order that the feed has them in
///         Field read(Key key, Token from, Lenient& in);   // one field, in any order; the last wins
///         std::uint32_t seen;                             // bit i: needs[i] was there
///         void finish(Lenient& in);                       // when all fields were read
///     };
///
/// `sym` or `T`, the ticker, and `ev` are common to all and not dealt with here.
namespace tsflow::market::massive::wire {

struct AggregateEvent {
    Aggregate& row;
    std::uint32_t seen = 0;
    std::optional<double> volume = {};
    WholeNumber whole_volume = {}, whole_day = {};

    static constexpr std::array<std::string_view, 6> needs{"s", "o", "h", "l", "c", "v"};
    static constexpr std::array usual{key("sym"), key("v"),  key("dv"), key("av"), key("dav"),
                                      key("op"),  key("vw"), key("o"),  key("c"),  key("h"),
                                      key("l"),   key("a"),  key("z"),  key("s"),  key("e")};

    simdjson_inline Field read(Key name, Token from, Lenient& in) {
        switch (name) {
            case key("s"):
                return required(from, row.timestamp, seen, 0);
            case key("o"):
                return required(from, row.open, seen, 1);
            case key("h"):
                return required(from, row.high, seen, 2);
            case key("l"):
                return required(from, row.low, seen, 3);
            case key("c"):
                return required(from, row.close, seen, 4);
            case key("v"):
                return whole_volume.remember(from);
            case key("dv"):
                return in.decimal(from, volume);
            case key("av"):
                return whole_day.remember(from);
            case key("dav"):
                return in.decimal(from, row.day_volume);
            case key("vw"):
                return in.optional(from, row.vwap);
            case key("op"):
                return in.optional(from, row.day_open);
            case key("a"):
                return in.optional(from, row.day_vwap);
            case key("z"):
                return in.optional(from, row.average_size);
            case key("otc"):
                return in.optional(from, row.otc);
            case key("e"):
                return Field::fine;
            default:
                return Field::unknown;
        }
    }
    simdjson_inline void finish(Lenient& in) {
        whole_volume.read_unless(volume, in);
        whole_day.read_unless(row.day_volume, in);
        if (volume) {
            row.volume = *volume;
            seen |= 1U << 5;
        }
    }
};

struct TradeEvent {
    Trade& row;
    std::uint32_t seen = 0;
    std::optional<double> size = {};
    WholeNumber whole_size = {};

    static constexpr std::array<std::string_view, 3> needs{"t", "p", "s"};
    static constexpr std::array usual{key("sym"), key("x"),    key("i"),   key("z"), key("p"),
                                      key("s"),   key("ds"),   key("c"),   key("t"), key("q"),
                                      key("pt"),  key("trfi"), key("trft")};

    simdjson_inline Field read(Key name, Token from, Lenient& in) {
        switch (name) {
            case key("t"):
                return required(from, row.timestamp, seen, 0);
            case key("p"):
                return required(from, row.price, seen, 1);
            case key("s"):
                return whole_size.remember(from);
            case key("ds"):
                return in.decimal(from, size);
            case key("x"):
                return in.or_zero(from, row.exchange);
            case key("i"):
                return in.name(from, row.trade_id);
            case key("z"):
                return in.optional(from, row.tape);
            case key("c"):
                return in.list(from, row.conditions);
            case key("q"):
                return in.optional(from, row.sequence);
            case key("pt"):
                return in.optional(from, row.participant_timestamp);
            case key("trfi"):
                return in.optional(from, row.trf_id);
            case key("trft"):
                return in.optional(from, row.trf_timestamp);
            default:
                return Field::unknown;
        }
    }
    simdjson_inline void finish(Lenient& in) {
        whole_size.read_unless(size, in);
        if (size) {
            row.size = *size;
            seen |= 1U << 2;
        }
    }
};

struct QuoteEvent {
    Quote& row;
    std::uint32_t seen = 0;

    static constexpr std::array<std::string_view, 1> needs{"t"};
    static constexpr std::array usual{key("sym"), key("bx"), key("bp"), key("bs"),
                                      key("ax"),  key("ap"), key("as"), key("c"),
                                      key("i"),   key("t"),  key("q"),  key("z")};

    simdjson_inline Field read(Key name, Token from, Lenient& in) {
        switch (name) {
            case key("t"):
                return required(from, row.timestamp, seen, 0);
            case key("bp"):
                return in.optional(from, row.bid_price);
            case key("bs"):
                return in.optional(from, row.bid_size);
            case key("bx"):
                return in.optional(from, row.bid_exchange);
            case key("ap"):
                return in.optional(from, row.ask_price);
            case key("as"):
                return in.optional(from, row.ask_size);
            case key("ax"):
                return in.optional(from, row.ask_exchange);
            case key("c"):
                return in.optional(from, row.condition);
            case key("i"):
                return in.list(from, row.indicators);
            case key("q"):
                return in.or_zero(from, row.sequence);
            case key("z"):
                return in.optional(from, row.tape);
            case key("pt"):
                return Field::fine;
            default:
                return Field::unknown;
        }
    }
    void finish(Lenient& /*in*/) {}
};

struct LuldEvent {
    Luld& row;
    std::uint32_t seen = 0;

    static constexpr std::array<std::string_view, 1> needs{"t"};
    static constexpr std::array usual{key("T"), key("h"), key("l"), key("i"),
                                      key("z"), key("t"), key("q")};

    simdjson_inline Field read(Key name, Token from, Lenient& in) {
        switch (name) {
            case key("t"):
                return required(from, row.timestamp, seen, 0);
            case key("h"):
                return in.optional(from, row.high);
            case key("l"):
                return in.optional(from, row.low);
            case key("i"):
                return in.list(from, row.indicators);
            case key("q"):
                return in.or_zero(from, row.sequence);
            case key("z"):
                return in.optional(from, row.tape);
            default:
                return Field::unknown;
        }
    }
    void finish(Lenient& /*in*/) {}
};

struct ImbalanceEvent {
    Imbalance& row;
    std::uint32_t seen = 0;

    static constexpr std::array<std::string_view, 1> needs{"t"};
    static constexpr std::array usual{key("T"), key("t"), key("at"), key("a"), key("i"),
                                      key("x"), key("o"), key("p"),  key("b")};

    simdjson_inline Field read(Key name, Token from, Lenient& in) {
        switch (name) {
            case key("t"):
                return required(from, row.timestamp, seen, 0);
            case key("at"):
                return in.optional(from, row.auction_time);
            case key("a"):
                return in.optional(from, row.auction_type);
            case key("i"):
                return in.or_zero(from, row.sequence);
            case key("x"):
                return in.optional(from, row.exchange);
            case key("o"):
                return in.optional(from, row.imbalance);
            case key("p"):
                return in.optional(from, row.paired);
            case key("b"):
                return in.optional(from, row.book_clearing_price);
            default:
                return Field::unknown;
        }
    }
    void finish(Lenient& /*in*/) {}
};

struct FmvEvent {
    Fmv& row;
    std::uint32_t seen = 0;

    static constexpr std::array<std::string_view, 2> needs{"t", "fmv"};
    static constexpr std::array usual{key("fmv"), key("sym"), key("t")};

    simdjson_inline Field read(Key name, Token from, Lenient& /*in*/) {
        switch (name) {
            case key("t"):
                return required(from, row.timestamp, seen, 0);
            case key("fmv"):
                return required(from, row.fair_market_value, seen, 1);
            default:
                return Field::unknown;
        }
    }
    void finish(Lenient& /*in*/) {}
};

}  // namespace tsflow::market::massive::wire
