#include "ledger/gap_ledger.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "gap_store.hpp"

namespace tsflow::massive {
namespace {

using gap_rows::count;
using market::massive::wire_name;
using sqlite::Statement;

constexpr int lock_wait_ms = 1'000;  // nobody else writes but by hand

}  // namespace

GapLedger::GapLedger() = default;
GapLedger::~GapLedger() = default;
GapLedger::GapLedger(GapLedger&&) noexcept = default;
GapLedger& GapLedger::operator=(GapLedger&&) noexcept = default;

void GapLedger::open(const std::filesystem::path& file) {
    store_.reset();
    auto store = std::make_unique<Store>();
    store->database.open(file, sqlite::Database::Open::make);
    store->database.wait_for_locks(lock_wait_ms);
    const bool present = gap_rows::present(store->database);
    // Readers beside the pipeline neither wait nor make it wait.
    store->database.execute("PRAGMA journal_mode = WAL");
    store->database.execute("PRAGMA synchronous = FULL");
    if (!present) {
        gap_rows::create(store->database);
    }
    store->prepare();
    Statement version = store->database.prepare("SELECT version FROM ledger");
    if (version.step()) {
        store->version = static_cast<std::uint64_t>(version.integer(0));
    }
    store_ = std::move(store);
}

void GapLedger::close() noexcept {
    store_.reset();
}

std::vector<Gap> GapLedger::begin(std::span<const std::string> symbols, Channel channel,
                                  Timestamp from, Cause cause, Timestamp now,
                                  std::string_view detail) {
    std::vector<Gap> changed;
    Store::Change change(*store_, Store::Change::Disk::wait);
    for (const std::string& symbol : symbols) {
        const auto left =
            store_->unlisted(channel, symbol, {from, Timestamp::max()}, Store::Dark::ignored);
        Use use(store_->begin);
        use->bind(1, wire_name(channel)).bind(2, symbol).bind(3, count(left.front().from));
        use->bind(4, to_string(cause)).bind(5, count(now)).bind(6, detail);
        if (use->step()) {
            changed.push_back(gap_rows::read(*use, store_->database));
        }
    }
    if (!changed.empty()) {
        change.commit();
    }
    return changed;
}

GapLedger::Ended GapLedger::end(std::span<const std::string> symbols, Channel channel, Timestamp to,
                                Timestamp now) {
    Ended ended;
    Store::Change change(*store_, Store::Change::Disk::wait);
    for (const std::string& symbol : symbols) {
        {
            Use use(store_->remove);
            use->bind(1, wire_name(channel)).bind(2, symbol).bind(3, count(to));
            if (use->step()) {
                ended.removed.push_back(use->integer(0));
                continue;
            }
        }
        std::optional<Gap> gap;
        {
            Use use(store_->end);
            use->bind(1, wire_name(channel)).bind(2, symbol).bind(3, count(to));
            use->bind(4, count(now));
            if (use->step()) {
                gap = gap_rows::read(*use, store_->database);
            }
        }
        if (!gap) {
            continue;
        }
        const std::int64_t id = gap->id;
        std::vector<Gap> parts = store_->without_listed(std::move(*gap));
        if (parts.empty()) {
            ended.removed.push_back(id);
        }
        std::move(parts.begin(), parts.end(), std::back_inserter(ended.closed));
    }
    if (!ended.closed.empty() || !ended.removed.empty()) {
        change.commit();
    }
    return ended;
}

std::vector<Gap> GapLedger::add(Gap gap) {
    if (!gap.to || *gap.to <= gap.from) {
        throw std::logic_error("a gap that is added has both ends, the second after the first");
    }
    const auto parts =
        store_->unlisted(gap.channel, gap.symbol, {gap.from, *gap.to}, Store::Dark::counts);
    std::vector<Gap> added;
    if (parts.empty()) {
        return added;
    }
    Store::Change change(*store_, Store::Change::Disk::wait);
    for (const Store::Range& part : parts) {
        gap.from = part.from;
        gap.to = part.to;
        added.push_back(store_->added(gap));
    }
    change.commit();
    return added;
}

std::vector<Gap> GapLedger::progress(std::span<const Progress> made, Timestamp now) {
    std::vector<Gap> changed;
    if (made.empty()) {
        return changed;
    }
    Store::Change change(*store_, Store::Change::Disk::later);
    for (const Progress& progress : made) {
        Use use(store_->progress);
        use->bind(1, progress.id).bind(2, count(progress.filled_to)).bind(3, progress.more_rows);
        use->bind(4, count(now)).bind(5, change.version());
        changed.push_back(store_->only_row(use, progress.id));
    }
    change.commit();
    return changed;
}

std::vector<Gap> GapLedger::settle(std::span<const std::int64_t> ids, GapState state,
                                   std::string_view detail, Timestamp now) {
    std::vector<Gap> changed;
    if (ids.empty()) {
        return changed;
    }
    Store::Change change(*store_, Store::Change::Disk::later);
    for (const std::int64_t id : ids) {
        Use use(store_->settle);
        use->bind(1, id).bind(2, to_string(state)).bind(3, detail).bind(4, count(now));
        use->bind(5, change.version());
        changed.push_back(store_->only_row(use, id));
    }
    change.commit();
    return changed;
}

std::vector<Gap> GapLedger::unsettled() const {
    return list({.states = {GapState::open, GapState::filling}, .symbol = {}, .since = {}});
}

std::vector<Gap> GapLedger::list(const GapFilter& filter) const {
    return gap_rows::select(store_->database, filter);
}

std::uint64_t GapLedger::version() const noexcept {
    return store_->version;
}

void GapLedger::restore(std::uint64_t version) {
    Store::Change change(*store_, Store::Change::Disk::wait);
    {
        Use use(store_->restore);
        use->bind(1, static_cast<std::int64_t>(version)).step();
    }
    // After a power cut the file may be behind the checkpoint. Numbers that the checkpoint has seen
    // are not used for other changes.
    change.commit(std::max(store_->version, version) + 1);
}

std::size_t GapLedger::forget(Timestamp before) {
    Store::Change change(*store_, Store::Change::Disk::later);
    std::size_t forgotten = 0;
    {
        Use use(store_->forget);
        use->bind(1, count(before));
        while (use->step()) {
            ++forgotten;
        }
    }
    if (forgotten > 0) {
        change.commit();
    }
    return forgotten;
}

}  // namespace tsflow::massive
