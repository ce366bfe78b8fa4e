#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/sqlite/database.hpp"
#include "gap_rows.hpp"
#include "ledger/gap_ledger.hpp"

namespace tsflow::massive {

/// One run of a prepared statement. SQLite ignores what is bound to a statement that still stands on
/// a row, so it is reset however the run ends.
class Use {
public:
    explicit Use(sqlite::Statement& statement) : statement_(statement) {}
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    ~Use() { statement_.reset(); }
    sqlite::Statement* operator->() noexcept { return &statement_; }
    sqlite::Statement& operator*() noexcept { return statement_; }

private:
    sqlite::Statement& statement_;
};

/// The ledger's file and what is done to single rows of it.
///
/// Rows of one ticker and channel that have an end do not overlap, so that a hole is listed once. The
/// one without an end may reach over others, and is cut to what they leave when it ends.
struct GapLedger::Store {
    sqlite::Database database;
    sqlite::Statement begin, remove, end, cut, listed, add, progress, settle, forget, restore,
        count_version;
    std::uint64_t version = 0;
    bool synced = true;  ///< whether commits wait for the disk now

    /// From `from` on and before `to`.
    struct Range {
        Timestamp from, to;
    };
    enum class Dark { counts, ignored };

    void prepare();
    /// What listed rows leave of a range, in order. `dark`: whether the row without an end is one.
    /// `except`: a row that does not count.
    std::vector<Range> unlisted(Channel channel, std::string_view symbol, Range range, Dark dark,
                                std::int64_t except = 0);
    Gap added(const Gap& gap);
    /// Cuts a row that has just ended to what the others leave; nothing when that is nothing, and then
    /// the row is gone.
    std::vector<Gap> without_listed(Gap gap);
    Gap only_row(Use& use, std::int64_t id) const;

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
        void commit(std::uint64_t version);

    private:
        Store& store_;
        sqlite::Transaction transaction_;
    };

    sqlite::Database& on_disk(bool wait);
};

}  // namespace tsflow::massive
