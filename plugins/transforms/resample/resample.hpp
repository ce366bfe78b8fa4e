#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include "groups.hpp"
#include "layout.hpp"
#include "row_reader.hpp"
#include "rule.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/plugin.hpp"
#include "window_clock.hpp"

namespace tsflow::resample {

/// Makes coarser rows of fine ones: bars of minutes become bars of hours or days.
///
/// The life of a window, told by the watermark alone (c = watermark - lateness):
///
///     rows come ──► open ──(c ≥ end: emit)──► closed ──(c ≥ end + corrections)──► dropped
///                                              │  ▲
///                                 a row comes ─┘  └─ next advance(): emit again
class Resample final : public Transform {
public:
    static constexpr std::string_view name = "resample";
    static constexpr std::string_view doc =
        "Makes one row per window of time and key out of many: bars of a minute become bars of an "
        "hour "
        "or a day, on the clock of a time zone. A late or corrected row emits its window again.";

    struct Config {
        Duration every{};
        std::string timezone = "UTC";
        Duration lateness{};
        Duration corrections = std::chrono::hours{24};
        std::vector<std::string> aggregate;
    };
    static void describe(Options<Config>& options);

    explicit Resample(Config config);
    Ports bind(const Ports& inputs) override;
    void open(Context& context) override;
    void process(Batch batch, Emitter& out) override;
    void advance(Timestamp time, Emitter& out) override;
    void finish(Emitter& out) override;

    Memory memory() const noexcept override { return Memory::restored; }
    void snapshot(StateWriter& state) const override;
    void restore(StateReader& state) override;

private:
    /// A window by group; queued by its end.
    struct Due {
        Span span;
        std::size_t group = 0;
        bool operator>(const Due& other) const noexcept { return span.end > other.span.end; }
    };
    using Queue = std::priority_queue<Due, std::vector<Due>, std::greater<>>;

    void take_row(const Batch& batch, std::size_t row, const std::uint64_t* words);
    void reject(const Batch& batch, std::size_t row, const Span& span);
    void set_watermark(std::int64_t time) noexcept;
    /// Emits, by start and then key, the windows that end at `until` or before and have news.
    void emit_pending(std::int64_t until, Emitter& out);
    void drop_expired();
    std::string settings() const;

    Config config_;
    std::vector<Rule> rules_;
    WindowClock clock_;
    std::optional<Layout> layout_;
    std::optional<Groups> groups_;
    std::optional<BatchBuilder> builder_;
    RowReader reader_;
    Queue pending_;  // windows with news
    Queue kept_;     // all windows
    std::int64_t watermark_ = std::numeric_limits<std::int64_t>::min();
    std::int64_t close_until_ = watermark_;  // windows that end here or before are closed
    std::int64_t drop_until_ = watermark_;   // and those are dropped
    Context* context_ = nullptr;
    Counter* emitted_again_ = nullptr;
};

}  // namespace tsflow::resample
