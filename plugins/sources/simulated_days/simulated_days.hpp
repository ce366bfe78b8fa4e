#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tsflow/builder.hpp"
#include "tsflow/node.hpp"
#include "tsflow/options.hpp"

namespace tsflow::massive_sim {
class BarSource;
}

namespace tsflow::simulated_days {

/// The past of the market that the simulator of the feed makes up.
class SimulatedDays final : public Source {
public:
    static constexpr std::string_view name = "simulated_days";
    static constexpr std::string_view doc =
        "Makes day bars of the past of the synthetic market that `massive` plays with `url = "
        "\"sim:…\"`, "
        "the same for the same seed, so that a demonstration has a history. Columns as those of "
        "`flat_file`.";

    struct Config {
        std::int64_t seed = 1;
        Date before;
        std::int64_t sessions = 300;
        std::vector<std::string> universes = {"dow30"};
        std::vector<std::string> symbols;
        std::string reference;
        std::string environment = "DEFAULT";
    };
    static void describe(Options<Config>& options);
    explicit SimulatedDays(Config config);
    ~SimulatedDays() override;

    Ports outputs() const override;
    void open(Context& context) override;
    void close() noexcept override;
    Poll poll(Emitter& out, Millis max_wait) override;
    bool replayable() const noexcept override { return true; }
    void position(StateWriter& state) const override;
    void resume(StateReader& state) override;
    std::optional<Progress> progress() const override;

private:
    std::vector<std::string> tickers(Context& context) const;

    Config config_;
    BatchBuilder rows_;
    std::unique_ptr<massive_sim::BarSource> market_;  // while open
    std::vector<std::string> tickers_;
    std::vector<Date> days_;
    std::size_t next_day_ = 0;
};

}  // namespace tsflow::simulated_days
