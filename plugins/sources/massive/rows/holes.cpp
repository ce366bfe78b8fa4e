#include "rows/holes.hpp"

#include <algorithm>
#include <iterator>

#include "massive/records.hpp"

namespace tsflow::massive {
namespace {

using market::massive::Aggregate;
using market::massive::port_name;

/// After a window's end the REST service may still lack it.
constexpr Duration settle_margin = std::chrono::seconds{5};
/// Corrections are sent for so long; those that were sent while a ticker was dark are fetched too.
constexpr Duration correction_window = std::chrono::minutes{15};
/// So long a hole that is settled stays in the ledger.
constexpr Duration kept_for = std::chrono::hours{24 * 365};
/// So long a service that refuses to fill holes is left alone.
constexpr Duration unauthorized_pause = std::chrono::minutes{15};
constexpr std::string_view no_backfill = "only minute and second bars can be fetched over REST";
constexpr std::string_view no_channel = "the channel is not subscribed any more";

bool fillable(Channel channel) {
    return channel == Channel::minute || channel == Channel::second;
}

}  // namespace

Holes::Holes(const std::filesystem::path& ledger_file, Coverage& coverage, Backfiller* backfiller,
             Context& context)
    : coverage_(coverage),
      backfiller_(backfiller),
      context_(context),
      changed_(schema_of<GapRow>()),
      reloads_(context.reloads()) {
    ledger_.open(ledger_file);
}

void Holes::report(const Gap& gap) {
    GapRow row;
    row.id = gap.id;
    row.channel = Symbol::intern(port_name(gap.channel));
    row.symbol = Symbol::intern(gap.symbol);
    row.from = gap.from;
    row.to = gap.to;
    row.cause = Symbol::intern(to_string(gap.cause));
    row.state = Symbol::intern(to_string(gap.state));
    row.filled_to = gap.filled_to;
    row.rows = gap.rows;
    row.detected = gap.detected;
    row.changed = gap.changed;
    row.detail = gap.detail;
    append(changed_, row);
    if (gap.state == GapState::filled || gap.state == GapState::permanent) {
        settled(gap);
    } else {
        await(gap);
    }
}

void Holes::await(const Gap& gap) {
    if (awaited_.insert_or_assign(gap.id, gap).second) {
        ++awaited_of_[Symbol::intern(gap.symbol).code()];
    }
}

void Holes::settled(const Gap& gap) {
    const std::int32_t code = Symbol::intern(gap.symbol).code();
    if (awaited_.erase(gap.id) == 0 || --awaited_of_[code] > 0) {
        return;
    }
    awaited_of_.erase(code);
    received_.erase(received_.lower_bound({code, Timestamp::min()}),
                    received_.upper_bound({code, Timestamp::max()}));
}

void Holes::begin(const Tickers* wanted) {
    const Timestamp now = context_.clock().now();
    ledger_.forget(now - kept_for);
    std::vector<Gap> closed;
    std::vector<HoleEdge> ended;
    std::set<std::string> dark;
    for (Gap& gap : ledger_.unsettled()) {
        await(gap);
        if (gap.to) {
            closed.push_back(std::move(gap));
        } else if (coverage_.follows(gap.channel)) {
            coverage_.dark_since_before(gap.symbol);
            dark.insert(gap.symbol);
        } else {
            ended.push_back({gap.channel, {gap.symbol}, now, {}});
        }
    }
    order(std::move(closed));
    end(ended);
    if (wanted != nullptr) {
        for (const std::string& ticker : *wanted) {
            dark.erase(ticker);
        }
        end(coverage_.unwanted({dark.begin(), dark.end()}, now));
    }
}

void Holes::restore(std::uint64_t version, const Tickers& tickers,
                    const std::vector<std::pair<Channel, Timestamp>>& delivered) {
    ledger_.restore(version);
    for (const auto& [channel, from] : delivered) {
        for (const Gap& gap :
             ledger_.begin(tickers, channel, from, Cause::restart, context_.clock().now(),
                           "the pipeline was not running")) {
            report(gap);
        }
    }
}

void Holes::start(const std::vector<HoleEdge>& edges, Cause cause) {
    const Timestamp now = context_.clock().now();
    for (const HoleEdge& edge : edges) {
        for (const Gap& gap :
             ledger_.begin(edge.tickers, edge.channel, edge.at, cause, now, edge.why)) {
            report(gap);
        }
    }
}

void Holes::end(const std::vector<HoleEdge>& edges) {
    const Timestamp now = context_.clock().now();
    for (const HoleEdge& edge : edges) {
        GapLedger::Ended ended = ledger_.end(edge.tickers, edge.channel, edge.at, now);
        for (const std::int64_t id : ended.removed) {
            if (const auto found = awaited_.find(id); found != awaited_.end()) {
                Gap gap = found->second;
                gap.to = gap.from;
                gap.state = GapState::filled;
                gap.changed = now;
                gap.detail = "nothing more was missed";
                report(gap);
            }
        }
        for (const Gap& gap : ended.closed) {
            report(gap);
        }
        order(std::move(ended.closed));
    }
}

void Holes::settle_as(const std::vector<std::int64_t>& ids, GapState state,
                      std::string_view detail) {
    for (const Gap& gap : ledger_.settle(ids, state, detail, context_.clock().now())) {
        report(gap);
    }
}

void Holes::order(std::vector<Gap> closed) {
    std::vector<Gap> orders;
    std::vector<std::int64_t> lost, unheard;
    for (Gap& gap : closed) {
        if (!coverage_.follows(gap.channel)) {
            unheard.push_back(gap.id);
        } else if (!fillable(gap.channel)) {
            lost.push_back(gap.id);
        } else if (backfiller_ != nullptr) {
            if (gap.filled_to == gap.from) {
                gap.filled_to -= correction_window;
            }
            gap.from -= correction_window;
            orders.push_back(std::move(gap));
        }
    }
    settle_as(unheard, GapState::permanent, no_channel);
    settle_as(lost, GapState::permanent, no_backfill);
    if (!orders.empty()) {
        backfiller_->order(orders, settle_margin);
    }
}

void Holes::received(Channel channel, const Batch& batch) {
    end(coverage_.rows(channel, batch));
    for (Gap& gap : coverage_.take_volume_jumps()) {
        gap.detected = gap.changed = context_.clock().now();
        gap.detail = "the day's volume grew by more than the bars that came";
        std::vector<Gap> added = ledger_.add(std::move(gap));
        for (const Gap& part : added) {
            report(part);
        }
        order(std::move(added));
    }
    if (!awaited_of_.empty() && fillable(channel)) {
        const auto symbols = batch.column<Symbol>(0);
        const auto times = batch.column<Timestamp>(1);
        const auto received =
            batch.column<Timestamp>(batch.schema()->require("received", Type::timestamp));
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            if (awaited_of_.contains(symbols[row].code())) {
                received_[{symbols[row].code(), times[row]}] = received[row];
            }
        }
    }
}

void Holes::dark(std::size_t connection, Tickers tickers, std::string_view why, bool overflow) {
    std::erase_if(tickers, [&](const std::string& ticker) { return unwanted_.contains(ticker); });
    start(coverage_.dark(connection, tickers, why, context_.clock().now()),
          overflow ? Cause::overflow : Cause::disconnect);
}

void Holes::covered(std::size_t connection, const Tickers& tickers) {
    coverage_.covered(connection, tickers, context_.clock().now());
}

void Holes::unwanted(const Tickers& tickers) {
    unwanted_.insert(tickers.begin(), tickers.end());
    end(coverage_.unwanted(tickers, context_.clock().now()));
}

void Holes::wanted(const Tickers& tickers) {
    for (const std::string& ticker : tickers) {
        unwanted_.erase(ticker);
    }
}

void Holes::tick() {
    end(coverage_.waited_long(context_.clock().now()));
    const std::uint64_t reloads = context_.reloads();
    const bool reloaded = std::exchange(reloads_, reloads) != reloads;
    if (!unauthorized_.empty() && (reloaded || context_.clock().now() >= ask_again_)) {
        ask_again();
    }
}

bool Holes::is_newer_received(Symbol symbol, const FillResult& fill, Timestamp start) const {
    const auto found = received_.find({symbol.code(), start});
    return found != received_.end() && found->second >= fill.requested;
}

void Holes::take_fills(BatchBuilder* minute, BatchBuilder* second) {
    if (backfiller_ == nullptr) {
        return;
    }
    taken_ = backfiller_->take();
    const Symbol rest = Symbol::intern("rest");
    for (const FillResult& fill : taken_) {
        BatchBuilder* const rows = fill.channel == Channel::minute ? minute : second;
        if (rows == nullptr) {
            continue;
        }
        Aggregate row;
        row.symbol = Symbol::intern(fill.symbol);
        row.received = fill.requested;
        row.connection = rest;
        for (const market::massive::RestBar& bar : fill.bars) {
            if (is_newer_received(row.symbol, fill, bar.start)) {
                continue;
            }
            row.timestamp = bar.start;
            row.open = bar.open;
            row.high = bar.high;
            row.low = bar.low;
            row.close = bar.close;
            row.volume = bar.volume;
            row.transactions = bar.transactions;
            row.vwap = bar.vwap;
            append(*rows, row);
        }
    }
}

void Holes::settle() {
    std::vector<GapLedger::Progress> made;
    for (const FillResult& fill : taken_) {
        for (const std::int64_t id : fill.gaps) {
            if (const auto found = awaited_.find(id); found != awaited_.end()) {
                Gap& gap = found->second;
                made.push_back({id, fill.through, bars_of(fill, gap)});
                // The next page of the same hole may be among these.
                gap.filled_to = std::max(gap.filled_to, fill.through);
            }
        }
    }
    for (const Gap& gap : ledger_.progress(made, context_.clock().now())) {
        report(gap);
    }
    for (const FillResult& fill : taken_) {
        if (fill.trouble != FillResult::Trouble::none) {
            give_up(fill);
        }
    }
    taken_.clear();
}

/// What the service will not give.
void Holes::give_up(const FillResult& fill) {
    std::vector<std::int64_t> ids;
    std::copy_if(fill.gaps.begin(), fill.gaps.end(), std::back_inserter(ids),
                 [&](std::int64_t id) { return awaited_.contains(id); });
    if (fill.trouble == FillResult::Trouble::refused) {
        settle_as(ids, GapState::permanent, fill.message);
        return;
    }
    settle_as(ids, GapState::open, fill.message);
    if (unauthorized_.empty()) {
        ask_again_ = context_.clock().now() + unauthorized_pause;
        context_.log(Level::error, "holes cannot be filled: " + fill.message +
                                       "; this is tried again each quarter of an hour, and on a "
                                       "reload");
    }
    unauthorized_.insert(ids.begin(), ids.end());
}

/// For what the service refused: the plan may have changed since.
void Holes::ask_again() {
    std::vector<Gap> gaps;
    for (const std::int64_t id : std::exchange(unauthorized_, {})) {
        if (const auto found = awaited_.find(id); found != awaited_.end()) {
            gaps.push_back(found->second);
        }
    }
    order(std::move(gaps));
}

Timestamp Holes::oldest_awaited() const {
    Timestamp oldest = Timestamp::max();
    for (const auto& [id, gap] : awaited_) {
        if (backfiller_ != nullptr && fillable(gap.channel)) {
            oldest = std::min(oldest, gap.filled_to);
        }
    }
    return oldest;
}

}  // namespace tsflow::massive
