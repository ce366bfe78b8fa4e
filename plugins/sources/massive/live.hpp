#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "feed/feed.hpp"
#include "feed/intake.hpp"
#include "feed/loop.hpp"
#include "ledger/backfiller.hpp"
#include "massive.hpp"
#include "massive/frame_parser.hpp"
#include "massive/rest_client.hpp"
#include "rows/coverage.hpp"
#include "rows/delivered_file.hpp"
#include "rows/health.hpp"
#include "rows/holes.hpp"
#include "rows/ownership.hpp"
#include "sim/simulator.hpp"
#include "wanted.hpp"

namespace tsflow::massive {

/// A feed that is open: its threads, and what the stage's thread does with what they bring.
///
///     loop's thread: sockets, routing ──Intake──▶ stage: parse, own, cover ──▶ ports
///     backfiller's thread: REST ────────results──▶ stage: fill holes ────────▶ ports
///     watch's thread: universes ──▶ loop
class Massive::Live final : private market::massive::FrameListener {
public:
    /// Resolves the universes and opens the ledger. Throws as these do; RetryableError when it may pass.
    Live(const MassiveConfig& config, Context& context);
    ~Live();

    /// True when something was emitted.
    bool poll(Emitter& out, Millis max_wait);
    void position(StateWriter& state) const;
    void resume(StateReader& state);
    /// Ends the connections properly; called once.
    void stop() noexcept;

private:
    using Channel = market::massive::Channel;

    void on_status(std::string_view status, std::string_view message) override;
    bool contested(Symbol symbol, std::string_view event) override;
    void rejected(std::string_view raw, std::string_view reason) override;

    void start();
    void read(const FeedBlock& block, Emitter& out);
    void heed(const FeedItem& item, const FeedNote& note, Emitter& out);
    /// Hands on all rows that were parsed.
    void flush(Emitter& out);
    void emit_fills(Emitter& out);
    void emit_side_rows(Emitter& out);
    void tick(Timestamp now);
    void advance(Emitter& out);
    BatchBuilder* rows_of(Channel channel);
    Tickers expanded(const Tickers& tickers) const;
    Delivered delivered() const;
    market::massive::RestClient::Options rest_options() const;

    const MassiveConfig config_;
    const bool replayable_;
    Context& context_;
    std::vector<Channel> channels_;  // port i carries channels_[i]; health and gaps follow
    std::vector<ConnectionConfig> connections_;
    Wanted wanted_;
    bool all_tickers_ = false;

    std::unique_ptr<massive_sim::Simulator> simulator_;
    std::string url_, rest_url_;
    Secret key_;
    std::filesystem::path folder_;     // of the ledger
    std::filesystem::path temporary_;  // the same, of a pipeline without state
    Coverage coverage_;
    std::unique_ptr<Intake> intake_;
    std::unique_ptr<Backfiller> backfiller_;
    std::unique_ptr<Holes> holes_;
    Ownership ownership_;
    Health health_;
    std::unique_ptr<ThreadLoop> loop_;
    std::unique_ptr<Feed> feed_;
    std::unique_ptr<UniverseWatch> watch_;

    market::massive::FrameParser parser_;
    std::vector<Symbol> names_;        // of connections
    std::vector<Tickers> delivering_;  // by connection, for the count of silent ones
    std::uint8_t reading_ = 0;         // whose frame is being parsed
    bool statuses_told_ = false;
    bool emitted_ = false;
    Timestamp next_tick_;
    Timestamp promised_ = Timestamp::min();
};

}  // namespace tsflow::massive
