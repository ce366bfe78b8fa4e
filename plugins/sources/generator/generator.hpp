#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "tsflow/builder.hpp"
#include "tsflow/node.hpp"
#include "tsflow/options.hpp"
#include "walk.hpp"

namespace tsflow::generator {

/// Makes bars up, the same ones for the same options.
class Generator final : public Source {
public:
    static constexpr std::string_view name = "generator";
    static constexpr std::string_view doc =
        "Makes synthetic minute bars, the same for the same options: for tests, benchmarks and "
        "demonstrations. The symbols are named SYN0001 and so on, so that nobody takes them for "
        "real. Columns as those of `flat_file`.";

    struct Config {
        std::int64_t seed = 1;
        std::int64_t rows = 0;
        double rate = 0;
        std::int64_t symbols = 10;
        Timestamp start{std::chrono::seconds{1'704'205'800}};  // 2024-01-02T14:30:00Z
        Duration interval = std::chrono::minutes{1};
        std::int64_t batch_rows = 1024;
        double price = 100;
        double volatility = 0.001;
    };
    static void describe(Options<Config>& options);
    explicit Generator(Config config);

    Ports outputs() const override;
    void open(Context& context) override;
    Poll poll(Emitter& out, Millis max_wait) override;
    bool replayable() const noexcept override { return true; }
    void position(StateWriter& state) const override;
    void resume(StateReader& state) override;
    std::optional<Progress> progress() const override;

private:
    bool wait_until_due(std::uint64_t rows, Millis max_wait);

    Config config_;
    std::uint64_t end_;  // rows there are, in all
    std::uint64_t batch_rows_;
    BatchBuilder rows_;
    std::optional<Walk> walk_;  // while open
    Context* context_ = nullptr;
    std::optional<Timestamp> paced_since_;  // and from which row on
    std::uint64_t paced_from_ = 0;
};

}  // namespace tsflow::generator
