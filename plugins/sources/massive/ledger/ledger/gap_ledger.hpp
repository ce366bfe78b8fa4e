#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/gap.hpp"
#include "ledger/gap_query.hpp"

namespace tsflow::massive {

/// The durable list of holes, in a SQLite file. One thread at a time.
///
/// Every method is one transaction: after a crash it has happened wholly or not at all. Changes of
/// what is missing (begin, end, add, restore) are on the disk when the method returns. Progress of
/// the repair reaches the disk with the next of these at the latest: a power cut may take it back,
/// and then the range is fetched again.
///
/// Methods throw RetryableError when the file is busy or the disk full, and Error otherwise; then
/// nothing has changed.
class GapLedger {
public:
    GapLedger();
    ~GapLedger();
    GapLedger(GapLedger&&) noexcept;
    GapLedger& operator=(GapLedger&&) noexcept;

    /// Opens the ledger, and makes file and folder when they are missing. Throws Error when the file
    /// is none of ours, or of a newer version.
    void open(const std::filesystem::path& file);
    void close() noexcept;

    /// These tickers are dark: one row each, which begins where no other row reaches, so that a hole is
    /// listed once. A ticker that has an open-ended row in this channel keeps that row, and the row
    /// grows when it began earlier than was known. Returns the rows that are new or have grown.
    std::vector<Gap> begin(std::span<const std::string> symbols, Channel channel, Timestamp from,
                           Cause cause, Timestamp now, std::string_view detail);

    struct Ended {
        std::vector<Gap> closed;            ///< holes with both ends, which wait to be filled
        std::vector<std::int64_t> removed;  ///< rows that were no hole after all
    };
    /// These tickers are covered again from `to` on. A row with `from` >= `to` was no hole and is
    /// removed, and so is one that others cover by now; what they cover in part is cut out. Tickers that
    /// are not dark are passed over.
    Ended end(std::span<const std::string> symbols, Channel channel, Timestamp to, Timestamp now);

    /// A hole with both ends that was found later, with state `open`. Returns the rows that list it, with
    /// their ids: one for each part that no other row covers, whatever that row's state.
    std::vector<Gap> add(Gap gap);

    /// How far the repair of one hole came.
    struct Progress {
        std::int64_t id = 0;
        Timestamp filled_to;         ///< all rows before it were fetched; outside: the nearer end
        std::int64_t more_rows = 0;  ///< fetched since the last call
    };
    /// Progress that was made is never taken back. A hole all of which was fetched is `filled`. Returns
    /// the rows, in the order given.
    std::vector<Gap> progress(std::span<const Progress> made, Timestamp now);

    /// The repair of these is over, or given up for now (`open`). `detail` replaces that of the rows
    /// unless empty.
    std::vector<Gap> settle(std::span<const std::int64_t> ids, GapState state,
                            std::string_view detail, Timestamp now);

    /// What is still to be done: rows that are open or filling, with or without an end.
    std::vector<Gap> unsettled() const;
    std::vector<Gap> list(const GapFilter& filter = {}) const;

    /// Grows with each change; belongs into the source's checkpoint.
    std::uint64_t version() const noexcept;

    /// After a restart from a checkpoint taken at `version`: what was fetched after it may not have
    /// reached the sinks, so these rows are open again from their start.
    void restore(std::uint64_t version);

    /// Removes rows that are filled or permanent and last changed before `before`, so that the file
    /// does not grow for ever. Returns how many.
    std::size_t forget(Timestamp before);

private:
    struct Store;
    std::unique_ptr<Store> store_;
};

}  // namespace tsflow::massive
