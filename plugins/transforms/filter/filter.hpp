#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kernel.hpp"
#include "tsflow/plugin.hpp"

namespace tsflow::filter {

/// Hands on the rows for which a condition is true.
class Filter final : public Transform {
public:
    static constexpr std::string_view name = "filter";
    static constexpr std::string_view doc =
        "Keeps the rows for which a condition holds. A row of which the condition is unknown, "
        "because "
        "a value in it is null, is dropped, as in SQL.";

    struct Config {
        std::string where;
    };
    static void describe(Options<Config>& options);

    explicit Filter(Config config);
    Ports bind(const Ports& inputs) override;
    void process(Batch batch, Emitter& out) override;

private:
    Config config_;
    ConditionPtr condition_;
    std::vector<std::uint32_t> passing_;  // kept, so that a batch needs no allocation
};

}  // namespace tsflow::filter
