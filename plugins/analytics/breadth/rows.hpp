#pragma once

#include <cstdint>
#include <optional>
#include <tuple>

#include "session/stamp.hpp"

/// What the ports of `breadth` give. Counts and volumes are null without an eligible member, never 0.
namespace tsflow::breadth {

using Count = std::optional<std::int64_t>;
using Value = std::optional<double>;

struct AdRow : market::GroupHeader {
    Count adv, dec, unch, not_traded, net_adv;
    Value adv_pct, ad_ratio;
    Value up_vol, dn_vol;
    Value trin, ln_trin, trin_10;
    Count ad_line;
    Count bar_tick;

    static constexpr auto columns() {
        return std::tuple_cat(
            market::group_columns<AdRow>(),
            std::tuple{
                column("adv", &AdRow::adv).in("count"), column("dec", &AdRow::dec).in("count"),
                column("unch", &AdRow::unch).in("count"),
                column("not_traded", &AdRow::not_traded).in("count"),
                column("net_adv", &AdRow::net_adv).in("count"),
                column("adv_pct", &AdRow::adv_pct).in("percent"),
                column("ad_ratio", &AdRow::ad_ratio), column("up_vol", &AdRow::up_vol).in("shares"),
                column("dn_vol", &AdRow::dn_vol).in("shares"), column("trin", &AdRow::trin),
                column("ln_trin", &AdRow::ln_trin), column("trin_10", &AdRow::trin_10),
                column("ad_line", &AdRow::ad_line).in("count"),
                column("bar_tick", &AdRow::bar_tick).in("count")});
    }
};

struct MaRow : market::GroupHeader {
    Symbol average;  ///< `sma50`
    std::int64_t window = 0;
    Count above, below, equal;
    Value pct_above;

    static constexpr auto columns() {
        return std::tuple_cat(
            market::group_columns<MaRow>(column("average", &MaRow::average).key()),
            std::tuple{column("window", &MaRow::window), column("above", &MaRow::above).in("count"),
                       column("below", &MaRow::below).in("count"),
                       column("equal", &MaRow::equal).in("count"),
                       column("pct_above", &MaRow::pct_above).in("percent")});
    }
};

struct HlRow : market::GroupHeader {
    Count new_high, new_low, nh_nl;
    Value record_high_pct, hl_index10;
    Count intraday_high, intraday_low;

    static constexpr auto columns() {
        return std::tuple_cat(
            market::group_columns<HlRow>(),
            std::tuple{column("new_high", &HlRow::new_high).in("count"),
                       column("new_low", &HlRow::new_low).in("count"),
                       column("nh_nl", &HlRow::nh_nl).in("count"),
                       column("record_high_pct", &HlRow::record_high_pct).in("percent"),
                       column("hl_index10", &HlRow::hl_index10).in("percent"),
                       column("intraday_high", &HlRow::intraday_high).in("count"),
                       column("intraday_low", &HlRow::intraday_low).in("count")});
    }
};

/// What the daily indicators would be if the session ended now; `prev_…` as the session before left them.
struct OscRow : market::GroupHeader {
    Value rana, t10, t5, mcclellan, summation;
    Value zbt;
    std::optional<bool> zbt_event;
    Count zbt_days_since_low;
    Value prev_mcclellan, prev_summation, prev_zbt;
    std::int64_t sessions = 0;  ///< committed
    bool settled = false;       ///< enough of them that the seed no longer shows

    static constexpr auto columns() {
        return std::tuple_cat(
            market::group_columns<OscRow>(),
            std::tuple{column("rana", &OscRow::rana), column("t10", &OscRow::t10),
                       column("t5", &OscRow::t5), column("mcclellan", &OscRow::mcclellan),
                       column("summation", &OscRow::summation),
                       column("zbt", &OscRow::zbt).in("fraction"),
                       column("zbt_event", &OscRow::zbt_event),
                       column("zbt_days_since_low", &OscRow::zbt_days_since_low).in("count"),
                       column("prev_mcclellan", &OscRow::prev_mcclellan),
                       column("prev_summation", &OscRow::prev_summation),
                       column("prev_zbt", &OscRow::prev_zbt).in("fraction"),
                       column("sessions", &OscRow::sessions).in("count"),
                       column("settled", &OscRow::settled)});
    }
};

}  // namespace tsflow::breadth
