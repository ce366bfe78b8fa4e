// From a frame's bytes to rows, against bare simdjson On-Demand loops that read the same fields of the
// same frames into a struct.

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <simdjson.h>

#include "feed.hpp"
#include "frames.hpp"
#include "massive/frame_parser.hpp"
#include "measure.hpp"
#include "tsflow/symbol.hpp"

namespace tsflow::bench {
namespace {

namespace ondemand = simdjson::ondemand;
using market::massive::Channel;
using market::massive::FrameListener;
using market::massive::FrameParser;

/// Makes the compiler believe that all of `value` is looked at.
template <class T>
void keep(const T& value) {
    asm volatile("" : : "r"(&value) : "memory");
}

struct BareMinute {
    std::string_view symbol, volume_text, day_volume_text;
    double volume, decimal_volume, day_volume, decimal_day_volume;
    double day_open, vwap, open, close, high, low, day_vwap, size;
    std::int64_t start;
};

struct BareTrade {
    std::string_view symbol, id, conditions;
    double price, size, decimal_size;
    std::int64_t exchange, time, sequence, tape;
};

/// The quickest bare loop: each field is looked for where it stands.
void read(ondemand::object event, BareMinute& row) {
    row.symbol = event.find_field("sym").get_string().value();
    row.volume = event.find_field("v").get_double();
    row.decimal_volume = event.find_field("dv").get_double_in_string();
    row.day_volume = event.find_field("av").get_double();
    row.decimal_day_volume = event.find_field("dav").get_double_in_string();
    row.day_open = event.find_field("op").get_double();
    row.vwap = event.find_field("vw").get_double();
    row.open = event.find_field("o").get_double();
    row.close = event.find_field("c").get_double();
    row.high = event.find_field("h").get_double();
    row.low = event.find_field("l").get_double();
    row.day_vwap = event.find_field("a").get_double();
    row.size = event.find_field("z").get_double();
    row.start = event.find_field("s").get_int64();
}

void read(ondemand::object event, BareTrade& row) {
    row.symbol = event.find_field("sym").get_string().value();
    row.exchange = event.find_field("x").get_int64();
    row.id = event.find_field("i").get_string().value();
    row.tape = event.find_field("z").get_int64();
    row.price = event.find_field("p").get_double();
    row.size = event.find_field("s").get_double();
    row.decimal_size = event.find_field("ds").get_double_in_string();
    row.conditions = event.find_field("c").get_array().value().raw_json().value();
    row.time = event.find_field("t").get_int64();
    row.sequence = event.find_field("q").get_int64();
}

/// The same for fields in any order, as the vendor leaves it open.
void read_any_order(ondemand::object event, BareMinute& row) {
    for (auto field : event) {
        const ondemand::raw_json_string key = field.key();
        ondemand::value value = field.value();
        if (key == "sym") {
            row.symbol = value.get_string();
        } else if (key == "v") {
            row.volume = value.get_double();
        } else if (key == "dv") {
            row.decimal_volume = value.get_double_in_string();
        } else if (key == "av") {
            row.day_volume = value.get_double();
        } else if (key == "dav") {
            row.decimal_day_volume = value.get_double_in_string();
        } else if (key == "op") {
            row.day_open = value.get_double();
        } else if (key == "vw") {
            row.vwap = value.get_double();
        } else if (key == "o") {
            row.open = value.get_double();
        } else if (key == "c") {
            row.close = value.get_double();
        } else if (key == "h") {
            row.high = value.get_double();
        } else if (key == "l") {
            row.low = value.get_double();
        } else if (key == "a") {
            row.day_vwap = value.get_double();
        } else if (key == "z") {
            row.size = value.get_double();
        } else if (key == "s") {
            row.start = value.get_int64();
        }
    }
}

void read_any_order(ondemand::object event, BareTrade& row) {
    for (auto field : event) {
        const ondemand::raw_json_string key = field.key();
        ondemand::value value = field.value();
        if (key == "sym") {
            row.symbol = value.get_string();
        } else if (key == "i") {
            row.id = value.get_string();
        } else if (key == "x") {
            row.exchange = value.get_int64();
        } else if (key == "p") {
            row.price = value.get_double();
        } else if (key == "s") {
            row.size = value.get_double();
        } else if (key == "ds") {
            row.decimal_size = value.get_double_in_string();
        } else if (key == "c") {
            row.conditions = value.get_array().value().raw_json();
        } else if (key == "t") {
            row.time = value.get_int64();
        } else if (key == "q") {
            row.sequence = value.get_int64();
        } else if (key == "z") {
            row.tape = value.get_int64();
        }
    }
}

/// The events of one frame; how many.
template <class Row, bool any_order>
std::size_t read_bare(std::string_view text, ondemand::parser& parser, std::string_view kind) {
    std::size_t events = 0;
    ondemand::document document = parser.iterate(text, text.size() + simdjson::SIMDJSON_PADDING);
    for (ondemand::object event : document.get_array()) {
        if (event.find_field("ev").get_string().value() != kind) {
            throw std::runtime_error("no such event");
        }
        Row row{};
        if constexpr (any_order) {
            event.reset();
            read_any_order(event, row);
        } else {
            read(event, row);
        }
        keep(row);
        ++events;
    }
    return events;
}

template <class Row, bool any_order>
void read_bare(const Frames& frames, ondemand::parser& parser, std::string_view kind) {
    for (const std::string_view text : frames.texts) {
        read_bare<Row, any_order>(text, parser, kind);
    }
}

struct Silent final : FrameListener {
    void on_status(std::string_view /*status*/, std::string_view /*message*/) override {}
    bool contested(Symbol /*symbol*/, std::string_view /*event*/) override { return true; }
    void rejected(std::string_view /*raw*/, std::string_view reason) override {
        throw std::runtime_error(std::string{reason});
    }
};

/// As the source does it: all tickers have an owner, and batches are made of some thousand rows.
void read_rows(const Frames& frames, FrameParser& parser, Channel channel,
               const std::vector<std::uint8_t>& owners) {
    constexpr std::size_t batch_rows = 4096;
    Silent listener;
    std::uint64_t next = parser.counts().events + batch_rows;
    std::size_t rows = 0;
    for (const std::string_view text : frames.texts) {
        parser.parse(text, {Timestamp{Duration{1}}, Symbol{}, 0}, owners, listener);
        if (parser.counts().events >= next) {
            next += batch_rows;
            const Batch batch = parser.rows(channel).finish();
            rows += batch.rows();
            keep(batch);
        }
    }
    const Batch batch = parser.rows(channel).finish();
    rows += batch.rows();
    if (rows != frames.events) {
        throw std::runtime_error("events are missing");
    }
}

template <class Row>
void compare(const std::string& name, const Frames& frames, Channel channel,
             std::size_t per_frame) {
    constexpr int passes = 20;
    constexpr double bound = 0.8;
    FrameParser parser({true, true, true, true, true, true, true});
    ondemand::parser bare_parser;
    std::vector<std::uint8_t> owners;
    read_rows(frames, parser, channel, owners);  // all symbols are known from here on
    owners.assign(Symbol::count(), 0);
    const std::string_view kind = market::massive::wire_name(channel);
    const auto rate = [&frames](const auto& pass) {
        const double time = seconds([&pass] {
            for (int i = 0; i < passes; ++i) {
                pass();
            }
        });
        return static_cast<double>(frames.events) * passes / time;
    };
    const auto own = [&] { return rate([&] { read_rows(frames, parser, channel, owners); }); };
    const Paired ordered = paired(
        own, [&] { return rate([&] { read_bare<Row, false>(frames, bare_parser, kind); }); });
    const Paired any_order =
        paired(own, [&] { return rate([&] { read_bare<Row, true>(frames, bare_parser, kind); }); });
    const std::string what = fmt::format("{}, {} a frame", name, per_frame);
    report_plain(what + ": rows", ordered.a / 1e6, "M/s");
    report_plain("  bare loop, fields in known order", ordered.b / 1e6, "M/s");
    report_plain("  bare loop, fields in any order", any_order.b / 1e6, "M/s");
    report("  rows / the quicker bare loop", std::min(ordered.ratio, any_order.ratio), "×", bound,
           true);
}

}  // namespace

std::size_t read_minutes_bare(std::string_view frame) {
    static ondemand::parser parser;
    return read_bare<BareMinute, true>(frame, parser, "AM");
}

void parse() {
    for (const std::size_t per_frame : {1, 10, 50, 200}) {
        compare<BareMinute>("AM", minute_frames(per_frame), Channel::minute, per_frame);
    }
    for (const std::size_t per_frame : {1, 10, 50, 200}) {
        compare<BareTrade>("T", trade_frames(per_frame), Channel::trades, per_frame);
    }
}

}  // namespace tsflow::bench
