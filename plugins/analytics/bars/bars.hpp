#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/calendar.hpp"
#include "records.hpp"
#include "sale_conditions.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/plugin.hpp"
#include "window.hpp"

namespace tsflow::bars {

/// Makes bars of trades.
///
/// The life of a window, told by event time alone (c = newest known time - lateness):
///
///     trades come ──► open ──(c ≥ end: emit)──► closed ──(c ≥ end + corrections)──► dropped
///                                                │  ▲
///                                 a trade comes ─┘  └─ next advance(): emit again, one revision higher
class Bars final : public Transform {
public:
    static constexpr std::string_view name = "bars";
    static constexpr std::string_view doc =
        "Makes bars of seconds or minutes from trades, by the rules of the tapes on which trade "
        "may "
        "update what of a bar. A late trade emits its bar again, with a higher revision.";

    struct Config {
        Duration every = std::chrono::minutes{1};
        std::string close_by = "watermark";
        Duration lateness = std::chrono::seconds{2};
        Duration corrections = std::chrono::minutes{15};
        std::filesystem::path conditions;
    };
    static void describe(Options<Config>& options);

    explicit Bars(Config config);
    Ports bind(const Ports& inputs) override;
    void open(Context& context) override;
    void probe(Context& context) override;
    void process(Batch batch, Emitter& out) override;
    void advance(Timestamp time, Emitter& out) override;
    void finish(Emitter& out) override;

    Memory memory() const noexcept override { return Memory::restored; }
    void snapshot(StateWriter& state) const override;
    void restore(StateReader& state) override;

private:
    void take(const Batch& batch, std::size_t row, const Trade& trade);
    Print print_of(const Trade& trade, bool regular_hours);
    void emit_due(Timestamp until, Emitter& out);
    void append_bar(Symbol symbol, const SymbolWindows& windows, Window& window);
    Timestamp start_of_window(Timestamp time) const noexcept;
    /// Up to where windows are over.
    Timestamp closed_until() const noexcept;
    SymbolWindows& windows_of(Symbol symbol);
    std::string settings() const;

    Config config_;
    const market::Calendar& calendar_;
    Timestamp calendar_begin_;
    Timestamp calendar_end_;
    SaleConditions conditions_;
    std::optional<RecordReader<Trade>> reader_;
    BatchBuilder builder_;
    Context* context_ = nullptr;
    Counter* too_late_ = nullptr;
    Counter* unknown_conditions_ = nullptr;
    Counter* revisions_ = nullptr;

    Timestamp watermark_ = Timestamp::min();
    Timestamp newest_ = Timestamp::min();           ///< of all trades
    std::vector<SymbolWindows> by_code_;            ///< by the symbol's code
    std::map<Timestamp, std::vector<Symbol>> due_;  ///< pending windows by their start, by arrival
};

}  // namespace tsflow::bars
