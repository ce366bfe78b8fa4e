#include "sentiment.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "threshold_bars.hpp"
#include "tsflow/error.hpp"

namespace tsflow::sentiment {

using namespace market;

namespace {

// What is asked of each port of breadth.
struct AdPart : GroupHeader {
    std::optional<double> adv_pct, up_vol, dn_vol;
    static constexpr auto columns() {
        return std::tuple_cat(group_columns<AdPart>(),
                              std::tuple{column("adv_pct", &AdPart::adv_pct).in("percent"),
                                         column("up_vol", &AdPart::up_vol).in("shares"),
                                         column("dn_vol", &AdPart::dn_vol).in("shares")});
    }
};
struct PartKey {
    Symbol universe;
    std::int64_t seq = 0;
};
struct MaPart : PartKey {
    Symbol average;
    std::optional<double> pct_above;
    static constexpr auto columns() {
        return std::tuple{column<MaPart, Symbol>("universe", &MaPart::universe),
                          column<MaPart, std::int64_t>("seq", &MaPart::seq),
                          column("average", &MaPart::average),
                          column("pct_above", &MaPart::pct_above).in("percent")};
    }
};
struct HlPart : PartKey {
    std::optional<double> record_high_pct;
    static constexpr auto columns() {
        return std::tuple{column<HlPart, Symbol>("universe", &HlPart::universe),
                          column<HlPart, std::int64_t>("seq", &HlPart::seq),
                          column("record_high_pct", &HlPart::record_high_pct).in("percent")};
    }
};
struct OscPart : PartKey {
    std::optional<double> mcclellan;
    static constexpr auto columns() {
        return std::tuple{column<OscPart, Symbol>("universe", &OscPart::universe),
                          column<OscPart, std::int64_t>("seq", &OscPart::seq),
                          column("mcclellan", &OscPart::mcclellan)};
    }
};

enum Figure : std::uint8_t {
    moves = 1,
    above50 = 2,
    above200 = 4,
    records = 8,
    oscillator = 16,
};

double or_unknown(const std::optional<double>& value) {
    return value.value_or(unknown);
}

constexpr std::array<std::string_view, 4> names{"ad", "ma", "hl", "osc"};

}  // namespace

void Sentiment::describe(Options<Config>& o) {
    const auto weight = [&o](const char* option, double Config::*member, const char* doc) {
        o.optional(option, member, doc).at_least(0);
    };
    weight("weight_advance", &Config::advance, "Weight of 100 A / (A + D); 0 leaves a part out");
    weight("weight_up_volume", &Config::up_volume, "Weight of 100 UV / (UV + DV)");
    weight("weight_above_sma50", &Config::above_sma50, "Weight of the percentage above SMA50");
    weight("weight_above_sma200", &Config::above_sma200, "Weight of the percentage above SMA200");
    weight("weight_record_high", &Config::record_high, "Weight of 100 NH / (NH + NL)");
    weight("weight_mcclellan", &Config::mcclellan, "Weight of the McClellan oscillator");
    o.optional("mcclellan_full", &Config::mcclellan_full,
               "The oscillator at which its part is 100, and 0 on the other side")
        .at_least(1e-9);
    o.check([](const Config& c, OptionProblems& problems) {
        if (c.advance + c.up_volume + c.above_sma50 + c.above_sma200 + c.record_high +
                c.mcclellan ==
            0) {
            problems.push_back({"", "all weights are 0, so that nothing is left", false});
        }
    });
}

Sentiment::Sentiment(Config config) : config_(config), rows_(schema_of<SentimentRow>()) {}

Ports Sentiment::bind(const Ports& inputs) {
    inputs_.clear();
    wanted_ = 0;
    for (const Port& port : inputs) {
        const std::string_view input_name = port.name == "in" ? names[ad] : port.name;
        const auto found = std::find(names.begin(), names.end(), input_name);
        if (found == names.end()) {
            throw ConfigError("inputs",
                              "there is no input '" + port.name +
                                  "'; the inputs are ad, ma, hl, osc: the outputs of breadth");
        }
        const auto part = static_cast<Part>(found - names.begin());
        inputs_.push_back(part);
        switch (part) {
            case ad:
                RecordReader<AdPart>{*port.schema};
                wanted_ |= moves;
                break;
            case ma:
                RecordReader<MaPart>{*port.schema};
                wanted_ |= above50 | above200;
                break;
            case hl:
                RecordReader<HlPart>{*port.schema};
                wanted_ |= records;
                break;
            case osc:
                RecordReader<OscPart>{*port.schema};
                wanted_ |= oscillator;
                break;
        }
    }
    if ((wanted_ & moves) == 0) {
        throw ConfigError("inputs", "the input ad is missing; write ad = \"breadth.ad\"");
    }
    return single(rows_.schema());
}

Sentiment::Making& Sentiment::making(std::int64_t seq, Symbol universe) {
    const auto [found, added] = making_.try_emplace({seq, universe.code()});
    if (added) {
        found->second.missing = wanted_;
    }
    return found->second;
}

void Sentiment::take(Part part, const Batch& batch) {
    const auto arrived = [](Making& row, Figure figure) {
        row.missing = static_cast<std::uint8_t>(row.missing & ~figure);
    };
    switch (part) {
        case ad:
            for (const AdPart& row : rows<AdPart>(batch)) {
                Making& to = making(row.seq, row.universe);
                to.header = row;
                to.inputs.advance_percent = or_unknown(row.adv_pct);
                const double up = or_unknown(row.up_vol);
                to.inputs.up_volume_percent = 100 * quotient(up, up + or_unknown(row.dn_vol));
                arrived(to, moves);
            }
            break;
        case ma:
            for (const MaPart& row : rows<MaPart>(batch)) {
                static const Symbol sma50 = Symbol::intern("sma50");
                static const Symbol sma200 = Symbol::intern("sma200");
                Making& to = making(row.seq, row.universe);
                if (row.average == sma50) {
                    to.inputs.above_sma50_percent = or_unknown(row.pct_above);
                    arrived(to, above50);
                } else if (row.average == sma200) {
                    to.inputs.above_sma200_percent = or_unknown(row.pct_above);
                    arrived(to, above200);
                }
            }
            break;
        case hl:
            for (const HlPart& row : rows<HlPart>(batch)) {
                Making& to = making(row.seq, row.universe);
                to.inputs.record_high_percent = or_unknown(row.record_high_pct);
                arrived(to, records);
            }
            break;
        case osc:
            for (const OscPart& row : rows<OscPart>(batch)) {
                Making& to = making(row.seq, row.universe);
                to.inputs.mcclellan = or_unknown(row.mcclellan);
                arrived(to, oscillator);
            }
            break;
    }
}

void Sentiment::process_input(std::size_t input, Batch batch, Emitter& out) {
    take(inputs_.at(input), batch);
    emit_until(Timestamp::min(), out);
}

void Sentiment::emit_until(Timestamp time, Emitter& out) {
    // In the order of publication: of an input each publication comes whole before the next one.
    for (auto at = making_.begin(); at != making_.end();) {
        const bool has_header = (at->second.missing & moves) == 0;
        if (at->second.missing != 0 && !(has_header && at->second.header.timestamp < time)) {
            ++at;
            continue;
        }
        add_row(at->second);
        at = making_.erase(at);
    }
    out.emit(rows_.finish());
}

void Sentiment::add_row(const Making& from) {
    const market::Sentiment result = market::sentiment(from.inputs, config_);
    SentimentRow row;
    static_cast<GroupHeader&>(row) = from.header;
    row.score = or_null(result.score);
    row.n_known = result.n_known;
    row.n_parts = result.n_parts;
    row.adv_pct = or_null(from.inputs.advance_percent);
    row.up_vol_pct = or_null(from.inputs.up_volume_percent);
    row.pct_above_sma50 = or_null(from.inputs.above_sma50_percent);
    row.pct_above_sma200 = or_null(from.inputs.above_sma200_percent);
    row.record_high_pct = or_null(from.inputs.record_high_percent);
    row.mcclellan = or_null(from.inputs.mcclellan);
    append(rows_, row);
}

void Sentiment::advance(Timestamp time, Emitter& out) {
    emit_until(time, out);
    out.watermark(time);
}

void Sentiment::finish(Emitter& out) {
    emit_until(Timestamp::max(), out);
    making_.clear();
}

void Sentiment::snapshot(StateWriter& state) const {
    state.integer(static_cast<std::int64_t>(making_.size()));
    for (const auto& [key, row] : making_) {
        state.integer(key.first);
        state.text(Symbol::from_code(key.second).text());
        state.integer(row.missing);
        const GroupHeader& header = row.header;
        state.time(header.timestamp);
        state.integer(header.trade_date.time_since_epoch().count());
        state.text(header.session.text());
        state.text(header.status.text());
        state.time(header.as_of);
        for (const std::int64_t value :
             {header.rev, header.n_members, header.n_eligible, header.n_reporting}) {
            state.integer(value);
        }
        for (const double value : {row.inputs.advance_percent, row.inputs.up_volume_percent,
                                   row.inputs.above_sma50_percent, row.inputs.above_sma200_percent,
                                   row.inputs.record_high_percent, row.inputs.mcclellan}) {
            state.real(value);
        }
    }
}

void Sentiment::restore(StateReader& state) {
    making_.clear();
    for (std::int64_t count = state.integer(); count > 0; --count) {
        const std::int64_t seq = state.integer();
        const Symbol universe = Symbol::intern(state.text());
        Making& row = making(seq, universe);
        row.missing = static_cast<std::uint8_t>(state.integer());
        GroupHeader& header = row.header;
        header.universe = universe;
        header.seq = seq;
        header.timestamp = state.time();
        header.trade_date = Date{Date::duration{static_cast<std::int32_t>(state.integer())}};
        header.session = Symbol::intern(state.text());
        header.status = Symbol::intern(state.text());
        header.as_of = state.time();
        for (std::int64_t* value :
             {&header.rev, &header.n_members, &header.n_eligible, &header.n_reporting}) {
            *value = state.integer();
        }
        for (double* value : {&row.inputs.advance_percent, &row.inputs.up_volume_percent,
                              &row.inputs.above_sma50_percent, &row.inputs.above_sma200_percent,
                              &row.inputs.record_high_percent, &row.inputs.mcclellan}) {
            *value = state.real();
        }
    }
}

}  // namespace tsflow::sentiment

TSFLOW_PLUGIN("sentiment", "1.0.0") {
    plugin.add<tsflow::sentiment::Sentiment>();
    plugin.add<tsflow::sentiment::ThresholdBars>();
}
