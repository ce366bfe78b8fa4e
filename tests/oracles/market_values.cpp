// Day by day as a node would: thresholds from what is committed, counts by them, then the commit.

#include <algorithm>
#include <array>

#include "indicators/breadth.hpp"
#include "indicators/high_low.hpp"
#include "indicators/history.hpp"
#include "indicators/oscillators.hpp"
#include "indicators/ranking.hpp"
#include "indicators/relative_strength.hpp"
#include "indicators/sentiment.hpp"
#include "indicators/trend_template.hpp"
#include "indicators/volatility.hpp"
#include "indicators/wilder.hpp"
#include "values.hpp"

namespace tsflow::market::oracles {

namespace {

constexpr std::size_t year = 252;
constexpr std::array<std::size_t, 3> windows{20, 50, 200};
constexpr std::string_view benchmark = "MSFT";

struct Symbol {
    bool is_member = false;
    CloseHistory closes{year + 1};
    std::array<Sma, 4> averages{Sma(20), Sma(50), Sma(150), Sma(200)};
    std::vector<double> sma200;  ///< newest first, of criterion 3
    Ema ema{20};
    Rsi rsi;
    Atr atr;
    AverageDailyRange range;
    HistoricalVolatility volatility;
    Highest highest{year};
    Lowest lowest{year};
    Mansfield mansfield{200};

    void apply_split(double ratio) {
        closes.apply_split(ratio);
        for (Sma& average : averages) {
            average.apply_split(ratio);
        }
        for (double& average : sma200) {
            average /= ratio;
        }
        ema.apply_split(ratio);
        rsi.apply_split(ratio);
        atr.apply_split(ratio);
        volatility.apply_split(ratio);
        highest.apply_split(ratio);
        lowest.apply_split(ratio);
        mansfield.apply_split(ratio);
    }

    void commit(const DayBar& bar, double of_benchmark) {
        is_member = true;
        closes.commit(bar.close);
        for (Sma& average : averages) {
            average.commit(bar.close);
        }
        if (known(averages[3].value())) {
            sma200.insert(sma200.begin(), averages[3].value());
            sma200.resize(std::min<std::size_t>(sma200.size(), 22));
        }
        ema.commit(bar.close);
        rsi.commit(bar.close);
        atr.commit(bar);
        range.commit(bar);
        volatility.commit(bar.close);
        highest.commit(bar.high);
        lowest.commit(bar.low);
        mansfield.commit(bar.close, of_benchmark);
    }
};

/// Counts of one day, and what goes on from day to day.
struct Market {
    AdvanceDecline breadth;
    std::array<AboveAverage, windows.size()> above;
    AboveAverage above_ema;
    NewHighsLows strict;
    NewHighsLows matched;
    ThresholdBar segments{0.01};

    AdvanceDeclineLine line;
    HighLowIndex high_low_index;
    McClellan mcclellan;
    BreadthThrust thrust;
    std::array<RollingSum, 4> open_trin{RollingSum(10), RollingSum(10), RollingSum(10),
                                        RollingSum(10)};

    void begin_session() {
        breadth = {};
        above = {};
        above_ema = {};
        strict = {};
        matched = {};
        segments = ThresholdBar(0.01);
    }

    /// `bar` is none on a day without one.
    void add(const Symbol& symbol, const DayBar* bar) {
        const double previous = symbol.closes.close();
        const Ticks last = bar == nullptr ? no_price : to_ticks(bar->close);
        const Ticks before = known(previous) ? to_ticks(previous) : no_price;
        breadth.add({direction_of(last, before), to_shares(bar == nullptr ? 0 : bar->volume)});
        for (std::size_t i = 0; i < windows.size(); ++i) {
            const SmaThreshold threshold = symbol.closes.sma_threshold(windows[i]);
            above[i].add(!threshold.eligible() ? Standing::ineligible
                         : bar == nullptr      ? Standing::not_traded
                                               : standing_of(threshold.compare(last)));
        }
        above_ema.add(bar == nullptr ? Standing::not_traded
                                     : standing_of(bar->close, symbol.ema.value()));
        const Ticks high = bar == nullptr ? no_price : to_ticks(bar->high);
        const Ticks low = bar == nullptr ? no_price : to_ticks(bar->low);
        strict.add(new_extreme(symbol.highest.value(), symbol.lowest.value(), high, low));
        matched.add(
            new_extreme(symbol.highest.value(), symbol.lowest.value(), high, low, Match::equal));
        segments.add(bar == nullptr ? unknown : symbol.closes.live_return(1, bar->close));
    }

    double open_trin_value() const {
        const auto sum = [this](std::size_t i) {
            return static_cast<double>(open_trin[i].value());
        };
        return open_trin[0].full() ? trin(sum(0), sum(1), sum(2), sum(3)) : unknown;
    }

    void commit() {
        line.commit(breadth.net());
        high_low_index.commit(strict.record_high_percent());
        mcclellan.commit(breadth.advancing(), breadth.declining());
        thrust.commit(breadth.advancing(), breadth.declining());
        open_trin[0].commit(breadth.advancing());
        open_trin[1].commit(breadth.declining());
        open_trin[2].commit(breadth.up_volume());
        open_trin[3].commit(breadth.down_volume());
    }

    void write(Table& out, int day) const {
        out << day << breadth.members() << breadth.eligible() << breadth.advancing()
            << breadth.declining() << breadth.unchanged() << breadth.not_traded()
            << to_volume(breadth.up_volume()) << to_volume(breadth.down_volume()) << breadth.trin()
            << open_trin_value() << line.value();
        for (const AboveAverage& one : above) {
            out << one.above() << one.reporting();
        }
        out << above_ema.above() << above_ema.reporting() << strict.highs() << strict.lows()
            << matched.highs() << matched.lows() << strict.reporting()
            << strict.record_high_percent() << high_low_index.value();
        const McClellanValues& oscillator = mcclellan.values();
        out << oscillator.net << oscillator.average19 << oscillator.average39
            << oscillator.oscillator << oscillator.summation << thrust.values().value
            << (thrust.values().event ? 1 : 0);
        for (const auto segment :
             {ThresholdBar::significant_decline, ThresholdBar::minor_decline,
              ThresholdBar::minor_advance, ThresholdBar::significant_advance}) {
            out << segments.count(segment);
        }
        out.end_row();
    }
};

void write_symbol(Table& out, int day, const std::string& name, const Symbol& symbol) {
    const double close = symbol.closes.close();
    out << day << name;
    for (const Sma& average : symbol.averages) {
        out << average.value();
    }
    out << symbol.ema.value() << symbol.rsi.value() << symbol.atr.value()
        << atr_percent(symbol.atr.value(), close) << symbol.range.value()
        << symbol.volatility.value()
        << extension(close, symbol.averages[1].value(), symbol.atr.value())
        << symbol.highest.value() << symbol.lowest.value();
    for (const std::size_t n : {1, 5, 21, 63, 126, 189, 252}) {
        out << symbol.closes.session_return(n);
    }
    out << symbol.mansfield.value();
    out.end_row();
}

void write_template(Table& out, int day, const std::string& name, const Symbol& symbol,
                    int rating) {
    TrendInputs inputs;
    inputs.close = symbol.closes.close();
    inputs.sma50 = symbol.averages[1].value();
    inputs.sma150 = symbol.averages[2].value();
    inputs.sma200 = symbol.sma200;
    inputs.high = symbol.highest.value();
    inputs.low = symbol.lowest.value();
    inputs.rating = rating == 0 ? unknown : rating;
    out << day << name;
    for (const std::optional<bool>& criterion : trend_template(inputs).criteria) {
        out << (criterion ? (*criterion ? "1" : "0") : "");
    }
    out.end_row();
}

}  // namespace

void write_market(const Data& data, const std::filesystem::path& folder) {
    Table symbols_out(folder / "symbols.csv",
                      "day,symbol,sma20,sma50,sma150,sma200,ema20,rsi14,atr14,natr14,adr20,hv20,"
                      "ext50,high252,low252,ret1,ret5,ret21,ret63,ret126,ret189,ret252,mansfield");
    Table ranks_out(folder / "ranks.csv",
                    "day,symbol,ret21,rank,percent_rank,cume_dist,mid_rank,score,rating");
    Table market_out(folder / "market.csv",
                     "day,members,eligible,adv,dec,unch,not_traded,up_vol,dn_vol,trin,open10,adl,"
                     "above20,rep20,above50,rep50,above200,rep200,above_ema20,rep_ema20,nh,nl,"
                     "nh_match,nl_match,rep_hl,rhp,hl_index,rana,t10,t5,mo,msi,zbt,event,"
                     "seg0,seg1,seg2,seg3");
    Table template_out(folder / "template.csv", "day,symbol,c1,c2,c3,c4,c5,c6,c7,c8");

    std::vector<Symbol> symbols(data.symbols.size());
    const std::uint32_t benchmark_symbol = data.symbol(benchmark);
    Market market;
    const std::vector<std::string_view> names(data.symbols.begin(), data.symbols.end());
    Ranking by_return(alphabetical(names));
    Ranking by_score(alphabetical(names));

    const auto session = [&](int day, std::span<const DayRow> rows) {
        std::vector<const DayBar*> bars(symbols.size());
        for (const DayRow& row : rows) {
            bars[row.symbol] = &row.bar;
        }
        market.begin_session();
        for (std::size_t i = 0; i < symbols.size(); ++i) {
            if (symbols[i].is_member || bars[i] != nullptr) {
                market.add(symbols[i], bars[i]);
            }
        }
        market.commit();
        market.write(market_out, day);

        std::vector<double> returns(symbols.size(), unknown);
        std::vector<double> scores(symbols.size(), unknown);
        const DayBar* of_benchmark = bars[benchmark_symbol];
        for (const DayRow& row : rows) {
            Symbol& symbol = symbols[row.symbol];
            symbol.commit(row.bar, of_benchmark == nullptr ? unknown : of_benchmark->close);
            returns[row.symbol] = symbol.closes.session_return(21);
            scores[row.symbol] = score(symbol.closes, default_score);
        }
        by_return.update(returns);
        by_score.update(scores);
        for (const DayRow& row : rows) {
            const std::uint32_t i = row.symbol;
            const int rating = rating_of(by_score.percent_rank(i));
            write_symbol(symbols_out, day, data.symbols[i], symbols[i]);
            write_template(template_out, day, data.symbols[i], symbols[i], rating);
            if (by_return.place(i).rank > 0) {
                ranks_out << day << data.symbols[i] << returns[i]
                          << std::int64_t{by_return.place(i).rank} << by_return.percent_rank(i)
                          << by_return.cume_dist(i) << by_return.mid_rank(i) << scores[i] << rating;
                ranks_out.end_row();
            }
        }
    };
    const auto split = [&](const Split& one) { symbols[one.symbol].apply_split(one.ratio); };
    each_session(data, split, session);
}

}  // namespace tsflow::market::oracles
