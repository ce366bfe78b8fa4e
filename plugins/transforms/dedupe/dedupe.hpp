#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "digest.hpp"
#include "seen_keys.hpp"
#include "tsflow/plugin.hpp"

namespace tsflow::dedupe {

/// Drops rows that repeat an earlier one.
class Dedupe final : public Transform {
public:
    static constexpr std::string_view name = "dedupe";
    static constexpr std::string_view doc =
        "Drops rows that repeat an earlier row of the same key. A row that changes values of its "
        "key "
        "passes, and replaces the earlier one in every sink that goes by the key: the last one "
        "wins.";

    struct Config {
        std::vector<std::string> by;
        std::string keep = "last";
        Duration within = std::chrono::hours{24};
    };
    static void describe(Options<Config>& options);

    explicit Dedupe(Config config);
    Ports bind(const Ports& inputs) override;
    void open(Context& context) override;
    void process(Batch batch, Emitter& out) override;
    void advance(Timestamp time, Emitter& out) override;

    Memory memory() const noexcept override { return Memory::restored; }
    void snapshot(StateWriter& state) const override;
    void restore(StateReader& state) override;

private:
    bool passes(const Digest& key, std::uint64_t row, std::int64_t time);

    Config config_;
    bool last_wins_;
    std::size_t event_time_ = 0;
    std::optional<Digester> keys_, rows_;
    SeenKeys seen_;
    Counter* dropped_ = nullptr;
    std::vector<std::uint32_t> passing_;  // kept, so that a batch needs no allocation
};

}  // namespace tsflow::dedupe
