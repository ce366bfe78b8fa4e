#include "ledger/gap_ledger.hpp"

#include <algorithm>
#include <stdexcept>

#include "common/sqlite/database.hpp"
#include "gap_rows.hpp"
#include "tsflow/error.hpp"

namespace tsflow::massive {
namespace {

using gap_rows::count;
using market::massive::wire_name;
using sqlite::Statement;

constexpr int lock_wait_ms = 1'000;  // nobody else writes but by hand

std::string with_columns(std::string_view sql) {
    return std::string(sql) + " RETURNING " + std::string(gap_rows::columns);
}

/// One run of a prepared statement. SQLite ignores what is bound to a statement that still stands on
/// a row, so it is reset however the run ends.
class Use {
public:
    explicit Use(Statement& statement) : statement_(statement) {}
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    ~Use() { statement_.reset(); }
    Statement* operator->() noexcept { return &statement_; }
    Statement& operator*() noexcept { return statement_; }

private:
    Statement& statement_;
};

}  // namespace

struct GapLedger::Store {
    sqlite::Database database;
    Statement begin, remove, end, covering, add, progress, settle, forget, restore, count_version;
    std::uint64_t version = 0;
    bool synced = true;  ///< whether commits wait for the disk now

    void prepare();

    /// One change of the ledger. It counts, in the file and here, when commit() is reached.
    class Change {
    public:
        enum class Disk { wait, later };
        Change(Store& store, Disk disk)
            : store_(store), transaction_(store.on_disk(disk == Disk::wait)) {}
        std::int64_t version() const noexcept {
            return static_cast<std::int64_t>(store_.version) + 1;
        }
        void commit() { commit(store_.version + 1); }
        void commit(std::uint64_t version) {
            {
                Use use(store_.count_version);
                use->bind(1, static_cast<std::int64_t>(version)).step();
            }
            transaction_.commit();
            store_.version = version;
        }

    private:
        Store& store_;
        sqlite::Transaction transaction_;
    };

    sqlite::Database& on_disk(bool wait) {
        if (wait != synced) {
            database.execute(wait ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            synced = wait;
        }
        return database;
    }

    Gap only_row(Use& use, std::int64_t id) {
        if (!use->step()) {
            throw Error("the gap ledger " + database.quoted() + " lists no gap " +
                        std::to_string(id));
        }
        return gap_rows::read(*use, database);
    }

    bool covered(const Gap& gap);
};

void GapLedger::Store::prepare() {
    begin = database.prepare(with_columns(
        "INSERT INTO gaps(channel, symbol, since, cause, state, filled_to, detected, changed, "
        "detail)"
        " VALUES(?1, ?2, ?3, ?4, 'open', ?3, ?5, ?5, ?6)"
        " ON CONFLICT(channel, symbol) WHERE until IS NULL DO UPDATE SET"
        " since = excluded.since, filled_to = excluded.since, backfilled = 0, state = 'open',"
        " changed = excluded.changed WHERE excluded.since < since"));
    remove = database.prepare(
        "DELETE FROM gaps WHERE channel = ?1 AND symbol = ?2 AND until IS NULL AND since >= ?3"
        " RETURNING id");
    end = database.prepare(
        with_columns("UPDATE gaps SET until = ?3, filled_to = min(filled_to, ?3), changed = ?4"
                     " WHERE channel = ?1 AND symbol = ?2 AND until IS NULL"));
    covering = database.prepare(
        "SELECT since, until FROM gaps WHERE symbol = ?2 AND channel = ?1 AND since < ?4"
        " AND (until IS NULL OR until > ?3) ORDER BY since");
    add = database.prepare(
        with_columns("INSERT INTO gaps(channel, symbol, since, until, cause, state, filled_to, "
                     "detected, changed,"
                     " detail) VALUES(?1, ?2, ?3, ?4, ?5, 'open', ?3, ?6, ?7, ?8)"));
    progress = database.prepare(
        with_columns("UPDATE gaps SET filled_to = max(filled_to, min(?2, coalesce(until, ?2))),"
                     " backfilled = backfilled + ?3, changed = ?4, fill_version = ?5,"
                     " state = iif(state = 'open', 'filling', state) WHERE id = ?1"));
    settle = database.prepare(
        with_columns("UPDATE gaps SET state = ?2, detail = iif(?3 = '', detail, ?3), changed = ?4,"
                     " filled_to = iif(?2 = 'filled', until, filled_to),"
                     " fill_version = iif(?2 = 'filled', ?5, fill_version)"
                     " WHERE id = ?1 AND (?2 <> 'filled' OR until IS NOT NULL)"));
    forget = database.prepare(
        "DELETE FROM gaps WHERE state IN ('filled', 'permanent') AND until IS NOT NULL"
        " AND changed < ?1 RETURNING id");
    restore = database.prepare(
        "UPDATE gaps SET state = 'open', filled_to = since, backfilled = 0, fill_version = 0"
        " WHERE fill_version > ?1");
    count_version = database.prepare("UPDATE ledger SET version = ?1");
}

/// Whether listed rows leave nothing of `gap` uncovered.
bool GapLedger::Store::covered(const Gap& gap) {
    Use use(covering);
    use->bind(1, wire_name(gap.channel)).bind(2, gap.symbol);
    use->bind(3, count(gap.from)).bind(4, count(*gap.to));
    std::int64_t reached = count(gap.from);
    while (reached < count(*gap.to) && use->step() && use->integer(0) <= reached) {
        reached = use->is_null(1) ? count(*gap.to) : std::max(reached, use->integer(1));
    }
    return reached >= count(*gap.to);
}

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
        Use use(store_->begin);
        use->bind(1, wire_name(channel)).bind(2, symbol).bind(3, count(from));
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
        Use use(store_->end);
        use->bind(1, wire_name(channel)).bind(2, symbol).bind(3, count(to));
        use->bind(4, count(now));
        if (use->step()) {
            ended.closed.push_back(gap_rows::read(*use, store_->database));
        }
    }
    if (!ended.closed.empty() || !ended.removed.empty()) {
        change.commit();
    }
    return ended;
}

std::optional<Gap> GapLedger::add(Gap gap) {
    if (!gap.to || *gap.to <= gap.from) {
        throw std::logic_error("a gap that is added has both ends, the second after the first");
    }
    if (store_->covered(gap)) {
        return std::nullopt;
    }
    Store::Change change(*store_, Store::Change::Disk::wait);
    {
        Use use(store_->add);
        use->bind(1, wire_name(gap.channel)).bind(2, gap.symbol);
        use->bind(3, count(gap.from)).bind(4, count(*gap.to)).bind(5, to_string(gap.cause));
        use->bind(6, count(gap.detected)).bind(7, count(gap.changed));
        use->bind(8, gap.detail).step();
        gap = gap_rows::read(*use, store_->database);
    }
    change.commit();
    return gap;
}

Gap GapLedger::progress(std::int64_t id, Timestamp filled_to, std::int64_t more_rows,
                        Timestamp now) {
    Store::Change change(*store_, Store::Change::Disk::later);
    Gap gap;
    {
        Use use(store_->progress);
        use->bind(1, id).bind(2, count(filled_to)).bind(3, more_rows).bind(4, count(now));
        use->bind(5, change.version());
        gap = store_->only_row(use, id);
    }
    change.commit();
    return gap;
}

Gap GapLedger::settle(std::int64_t id, GapState state, std::string_view detail, Timestamp now) {
    Store::Change change(*store_, Store::Change::Disk::later);
    Gap gap;
    {
        Use use(store_->settle);
        use->bind(1, id).bind(2, to_string(state)).bind(3, detail).bind(4, count(now));
        use->bind(5, change.version());
        gap = store_->only_row(use, id);
    }
    change.commit();
    return gap;
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
