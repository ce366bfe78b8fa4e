#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/calendar.hpp"
#include "minute.hpp"
#include "records.hpp"
#include "seen_symbols.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/plugin.hpp"

namespace tsflow::feed_quality {

/// Tells, minute by minute, how complete, late and right the minute bars of a feed are.
class FeedQuality final : public Transform {
public:
    static constexpr std::string_view name = "feed_quality";
    static constexpr std::string_view doc =
        "One row a minute on the minute bars of a feed: how many came, came again, were corrected "
        "or "
        "impossible, how late, whose volumes do not add up; and, beside bars built from trades, "
        "where the two differ.";

    struct Config {
        std::string close_by = "watermark";
        Duration lateness = std::chrono::seconds{2};
        Duration corrections = std::chrono::minutes{15};
        Duration silent_after = std::chrono::minutes{5};
    };
    static void describe(Options<Config>& options);

    explicit FeedQuality(Config config);
    Ports bind(const Ports& inputs) override;
    void open(Context& context) override;
    void process(Batch batch, Emitter& out) override;
    void process_input(std::size_t input, Batch batch, Emitter& out) override;
    void advance(Timestamp time, Emitter& out) override;
    void finish(Emitter& out) override;

    Memory memory() const noexcept override { return Memory::restored; }
    void snapshot(StateWriter& state) const override;
    void restore(StateReader& state) override;

private:
    struct Columns {
        std::size_t symbol, timestamp, open, high, low, close, volume;
        std::optional<std::size_t> day_volume, received;
    };
    static Columns columns_of(const Schema& schema);

    void take_feed(Minute& minute, Timestamp start, const Entry& entry,
                   std::optional<Timestamp> received);
    void add_missing_minutes();
    void emit_due(Timestamp until, Emitter& out);
    void emit(Timestamp start, Minute& minute, Emitter& out);
    void drop_expired();
    Quality quality_of(Timestamp start, const Minute& minute) const;
    std::int64_t volumes_off(Timestamp start, Date date, const Minute& minute) const;
    bool has_day_volumes(const Minute& minute) const noexcept;
    std::int64_t silent(Timestamp start, const market::Moment& moment) const;
    Timestamp closed_until() const noexcept;

    Config config_;
    const market::Calendar& calendar_;
    Timestamp calendar_begin_;
    Timestamp calendar_end_;
    BatchBuilder builder_;
    std::size_t feed_input_ = 0;
    std::optional<std::size_t> built_input_;
    std::vector<Columns> columns_;  ///< by input
    Counter* too_late_ = nullptr;
    Counter* outside_calendar_ = nullptr;

    Timestamp watermark_ = Timestamp::min();
    Timestamp newest_ = Timestamp::min();  ///< end of the newest minute
    std::map<Timestamp, Minute> minutes_;  ///< by their start
    SeenSymbols symbols_;
};

}  // namespace tsflow::feed_quality
