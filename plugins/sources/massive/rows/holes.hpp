#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "ledger/backfiller.hpp"
#include "ledger/gap_ledger.hpp"
#include "rows/coverage.hpp"
#include "rows/side_rows.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/context.hpp"

namespace tsflow::massive {

/// Keeps the ledger up to date with what the connections deliver, has holes filled, and turns what comes
/// back into rows. The stage's thread only.
class Holes {
public:
    /// `backfiller`: none when holes are only to be listed. All must outlive it.
    Holes(const std::filesystem::path& ledger_file, Coverage& coverage, Backfiller* backfiller,
          Context& context);

    /// Takes up what an earlier run left unsettled; before anything else. What is missing of tickers that
    /// are no longer among `wanted` (null: all tickers are) ends now.
    void begin(const Tickers* wanted);
    /// The same, from a checkpoint at this version, when everything before `delivered` had been handed
    /// on: the time since then is a hole of all `tickers`.
    void restore(std::uint64_t version, const Tickers& tickers,
                 const std::vector<std::pair<Channel, Timestamp>>& delivered);
    std::uint64_t version() const { return ledger_.version(); }

    /// Rows of a channel were received; to be called before they are handed on.
    void received(Channel channel, const Batch& batch);
    void dark(std::size_t connection, Tickers tickers, std::string_view why, bool overflow);
    void covered(std::size_t connection, const Tickers& tickers);
    /// These left the universe: their holes end now, and none begins when their connection is lost before
    /// they could be unsubscribed.
    void unwanted(const Tickers& tickers);
    /// These joined it.
    void wanted(const Tickers& tickers);
    /// About once a second.
    void tick();

    /// What the backfiller brought since the last call: appended to `minute` and `second` (either may be
    /// null when the channel is not subscribed), without bars that a newer one was received for. After
    /// the rows were handed on, settle() notes in the ledger that they were.
    void take_fills(BatchBuilder* minute, BatchBuilder* second);
    void settle();

    /// Holes that changed, as rows of port `gaps`.
    BatchBuilder& changed() noexcept { return changed_; }
    /// Before which time bars may still be filled in; Timestamp::max() when none are awaited.
    Timestamp oldest_awaited() const;
    std::size_t open() const noexcept { return awaited_.size(); }

private:
    void start(const std::vector<HoleEdge>& edges, Cause cause);
    void end(const std::vector<HoleEdge>& edges);
    void order(std::vector<Gap> closed);
    void report(const Gap& gap);
    void await(const Gap& gap);
    void settled(const Gap& gap);
    void settle_as(const std::vector<std::int64_t>& ids, GapState state, std::string_view detail);
    void give_up(const FillResult& fill);
    void ask_again();
    bool is_newer_received(Symbol symbol, const FillResult& fill, Timestamp start) const;

    GapLedger ledger_;
    Coverage& coverage_;
    Backfiller* backfiller_;
    Context& context_;
    BatchBuilder changed_;
    std::map<std::int64_t, Gap> awaited_;             // unsettled holes
    std::map<std::int32_t, std::size_t> awaited_of_;  // how many, by symbol code
    /// When a bar of a ticker with unsettled holes was received: a page asked for earlier is older.
    std::map<std::pair<std::int32_t, Timestamp>, Timestamp> received_;
    std::vector<FillResult> taken_;
    std::unordered_set<std::string> unwanted_;  // that were wanted in this run
    /// Holes that the service refused to fill for the key or the plan, and when to ask again.
    std::set<std::int64_t> unauthorized_;
    Timestamp ask_again_;
    std::uint64_t reloads_ = 0;
};

}  // namespace tsflow::massive
