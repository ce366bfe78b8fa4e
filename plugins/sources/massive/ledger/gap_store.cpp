#include "gap_store.hpp"

#include <algorithm>
#include <utility>

#include "tsflow/error.hpp"

namespace tsflow::massive {
namespace {

using gap_rows::count;
using market::massive::wire_name;

std::string with_columns(std::string_view sql) {
    return std::string(sql) + " RETURNING " + std::string(gap_rows::columns);
}

Timestamp time(std::int64_t count) {
    return Timestamp{Duration{count}};
}

}  // namespace

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
    cut = database.prepare(
        with_columns("UPDATE gaps SET since = ?2, until = ?3, filled_to = max(?2, min(filled_to, "
                     "?3)) WHERE id = ?1"));
    // Rows with an end do not overlap, so the last one that begins before the range is enough.
    listed = database.prepare(
        "SELECT since, until, id FROM gaps WHERE channel = ?1 AND symbol = ?2 AND since < ?4"
        " AND until IS NOT NULL AND since >= coalesce((SELECT max(since) FROM gaps"
        " WHERE channel = ?1 AND symbol = ?2 AND since <= ?3 AND until IS NOT NULL AND id <> ?6), "
        "?3)"
        " UNION ALL SELECT since, until, id FROM gaps WHERE channel = ?1 AND symbol = ?2"
        " AND until IS NULL AND since < ?4 AND ?5 ORDER BY 1");
    add = database.prepare(
        with_columns("INSERT INTO gaps(channel, symbol, since, until, cause, state, filled_to, "
                     "detected, changed,"
                     " detail) VALUES(?1, ?2, ?3, ?4, ?5, 'open', ?3, ?6, ?7, ?8)"));
    progress = database.prepare(
        with_columns("UPDATE gaps SET filled_to = max(filled_to, min(?2, coalesce(until, ?2))),"
                     " backfilled = backfilled + ?3, changed = ?4, fill_version = ?5,"
                     " state = CASE WHEN max(filled_to, ?2) >= until THEN 'filled'"
                     " WHEN state = 'open' THEN 'filling' ELSE state END WHERE id = ?1"));
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

std::vector<GapLedger::Store::Range> GapLedger::Store::unlisted(Channel channel,
                                                                std::string_view symbol,
                                                                Range range, Dark dark,
                                                                std::int64_t except) {
    std::vector<Range> left;
    Use use(listed);
    use->bind(1, wire_name(channel)).bind(2, symbol);
    use->bind(3, count(range.from)).bind(4, count(range.to));
    use->bind(5, std::int64_t{dark == Dark::counts}).bind(6, except);
    while (range.from < range.to && use->step()) {
        if (use->integer(2) == except) {
            continue;
        }
        const Timestamp since = time(use->integer(0));
        if (since > range.from) {
            left.push_back({range.from, since});
        }
        range.from =
            std::max(range.from, use->is_null(1) ? Timestamp::max() : time(use->integer(1)));
    }
    if (range.from < range.to) {
        left.push_back(range);
    }
    return left;
}

Gap GapLedger::Store::added(const Gap& gap) {
    Use use(add);
    use->bind(1, wire_name(gap.channel)).bind(2, gap.symbol);
    use->bind(3, count(gap.from)).bind(4, count(*gap.to)).bind(5, to_string(gap.cause));
    use->bind(6, count(gap.detected)).bind(7, count(gap.changed)).bind(8, gap.detail).step();
    return gap_rows::read(*use, database);
}

std::vector<Gap> GapLedger::Store::without_listed(Gap gap) {
    const std::vector<Range> parts =
        unlisted(gap.channel, gap.symbol, {gap.from, *gap.to}, Dark::ignored, gap.id);
    if (parts.empty()) {
        database.execute("DELETE FROM gaps WHERE id = " + std::to_string(gap.id));
        return {};
    }
    std::vector<Gap> cut_to;
    for (const Range& part : parts) {
        if (!cut_to.empty()) {
            gap.from = part.from;
            gap.to = part.to;
            cut_to.push_back(added(gap));
        } else if (part.from != gap.from || part.to != *gap.to) {
            Use use(cut);
            use->bind(1, gap.id).bind(2, count(part.from)).bind(3, count(part.to));
            cut_to.push_back(only_row(use, gap.id));
        } else {
            cut_to.push_back(gap);
        }
    }
    return cut_to;
}

Gap GapLedger::Store::only_row(Use& use, std::int64_t id) const {
    if (!use->step()) {
        throw Error("the gap ledger " + database.quoted() + " lists no gap " + std::to_string(id));
    }
    return gap_rows::read(*use, database);
}

void GapLedger::Store::Change::commit(std::uint64_t version) {
    {
        Use use(store_.count_version);
        use->bind(1, static_cast<std::int64_t>(version)).step();
    }
    transaction_.commit();
    store_.version = version;
}

sqlite::Database& GapLedger::Store::on_disk(bool wait) {
    if (wait != synced) {
        database.execute(wait ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
        synced = wait;
    }
    return database;
}

}  // namespace tsflow::massive
