#pragma once

#include <optional>
#include <string>
#include <vector>

#include "session/session_node.hpp"
#include "tsflow/plugin.hpp"

/// A node that computes nothing: it publishes each member's day, and tells what it was told.
namespace tsflow::market::probe {

struct Row : GroupHeader {
    Symbol symbol;
    std::optional<double> open, high, low, close, volume, previous_close;
    std::int64_t bars = 0;

    static constexpr auto columns() {
        return std::tuple_cat(
            group_columns<Row>(column<Row>("symbol", &Row::symbol).key()),
            std::tuple{column<Row>("open", &Row::open), column<Row>("high", &Row::high),
                       column<Row>("low", &Row::low), column<Row>("close", &Row::close),
                       column<Row>("volume", &Row::volume),
                       column<Row>("previous_close", &Row::previous_close),
                       column<Row>("bars", &Row::bars)});
    }
};

class Probe final : public SessionNode {
public:
    static constexpr std::string_view name = "probe";
    static constexpr std::string_view doc = "Tells what the session's base tells it.";
    struct Config : SessionConfig {};
    static void describe(Options<Config>& options) { describe_session(options); }
    explicit Probe(Config config) : SessionNode(std::move(config)), rows_(schema_of<Row>()) {}

    std::vector<std::string> told;  ///< days and splits

private:
    Ports outputs() override { return single(rows_.schema()); }
    void clear() override {}
    void add_member(Slot) override {}
    void apply_split(Slot slot, double ratio) override {
        told.push_back("split " + std::string{members().symbol(slot).text()} + " " +
                       std::to_string(ratio));
    }
    void begin_day(const TradingDay& day) override {
        told.push_back("begin " + format_date(day.date));
    }
    void changed(View, Slot, const DaySoFar&, const DaySoFar&) override {}
    void publish(const Stamp& stamp, Emitter& out) override {
        for (const Slot slot : members().by_text()) {
            for_each_universe(members().universes_of(slot) & stamp.news, [&](std::size_t index) {
                Row row;
                row.fill(stamp, members(), index);
                const DaySoFar& day = this->day(stamp.view)[slot];
                row.symbol = members().symbol(slot);
                row.bars = day.bars;
                row.previous_close = or_null(previous_close(slot));
                if (day.traded()) {
                    const DayBar bar = day.bar();
                    row.open = bar.open;
                    row.high = bar.high;
                    row.low = bar.low;
                    row.close = bar.close;
                    row.volume = bar.volume;
                }
                append(rows_, row);
            });
        }
        out.emit(rows_.finish());
    }
    void commit(const TradingDay& day) override {
        told.push_back("commit " + format_date(day.date));
    }
    void save(StateWriter& state) const override { state.integer(1); }
    void load(StateReader& state) override { state.integer(); }

    BatchBuilder rows_;
};

}  // namespace tsflow::market::probe
