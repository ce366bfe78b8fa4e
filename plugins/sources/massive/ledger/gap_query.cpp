#include "ledger/gap_query.hpp"

#include "gap_rows.hpp"
#include "tsflow/error.hpp"

namespace tsflow::massive {
namespace {

/// Longer than the pipeline ever holds the lock that a reader of a write-ahead log may meet, which is
/// while it opens or closes the file.
constexpr int lock_wait_ms = 5'000;

}  // namespace

std::vector<Gap> read_gaps(const std::filesystem::path& file, const GapFilter& filter) {
    sqlite::Database database;
    database.open(file, sqlite::Database::Open::look);
    database.wait_for_locks(lock_wait_ms);
    if (!gap_rows::present(database)) {
        return {};  // the pipeline is just making it
    }
    return gap_rows::select(database, filter);
}

}  // namespace tsflow::massive
