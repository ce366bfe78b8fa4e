#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "indicators/sentiment.hpp"
#include "session/stamp.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/plugin.hpp"

namespace tsflow::sentiment {

struct SentimentRow : market::GroupHeader {
    std::optional<double> score;
    std::int64_t n_known = 0;
    std::int64_t n_parts = 0;
    std::optional<double> adv_pct, up_vol_pct, pct_above_sma50, pct_above_sma200, record_high_pct,
        mcclellan;

    static constexpr auto columns() {
        using R = SentimentRow;
        return std::tuple_cat(
            market::group_columns<R>(),
            std::tuple{column("score", &R::score), column("n_known", &R::n_known).in("count"),
                       column("n_parts", &R::n_parts).in("count"),
                       column("adv_pct", &R::adv_pct).in("percent"),
                       column("up_vol_pct", &R::up_vol_pct).in("percent"),
                       column("pct_above_sma50", &R::pct_above_sma50).in("percent"),
                       column("pct_above_sma200", &R::pct_above_sma200).in("percent"),
                       column("record_high_pct", &R::record_high_pct).in("percent"),
                       column("mcclellan", &R::mcclellan)});
    }
};

/// A weighted mean of what `breadth` tells, from 0 to 100. Rows of one publication, known by `seq`, come over
/// several inputs; theirs goes out when all parts are there, or when the watermark says that no more come.
class Sentiment final : public Transform {
public:
    static constexpr std::string_view name = "sentiment";
    static constexpr std::string_view doc =
        "Makes one figure from 0, all falls, to 100, all rises, of the outputs of breadth: a "
        "weighted mean "
        "with weights of your own. There is no standard for such a figure; its parts stand beside "
        "it.";

    using Config = market::SentimentWeights;
    static void describe(Options<Config>& options);
    explicit Sentiment(Config config);

    Ports bind(const Ports& inputs) override;
    void process(Batch batch, Emitter& out) override { process_input(0, std::move(batch), out); }
    void process_input(std::size_t input, Batch batch, Emitter& out) override;
    void advance(Timestamp time, Emitter& out) override;
    void finish(Emitter& out) override;

    Memory memory() const noexcept override { return Memory::restored; }
    void snapshot(StateWriter& state) const override;
    void restore(StateReader& state) override;

private:
    enum Part : std::uint8_t { ad, ma, hl, osc };
    /// One row in the making.
    struct Making {
        market::GroupHeader header;
        market::SentimentInputs inputs;
        std::uint8_t missing = 0;  ///< a bit for each figure that is still to come
    };
    using Key = std::pair<std::int64_t, std::int32_t>;  // seq and the universe's code

    void take(Part part, const Batch& batch);
    Making& making(std::int64_t seq, Symbol universe);
    void emit_until(Timestamp time, Emitter& out);
    void add_row(const Making& from);

    const Config config_;
    std::vector<Part> inputs_;
    std::uint8_t wanted_ = 0;
    std::map<Key, Making> making_;
    BatchBuilder rows_;
};

}  // namespace tsflow::sentiment
