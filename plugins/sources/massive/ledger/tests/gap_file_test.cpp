// The ledger as a file: errors, readers beside the pipeline, and a process that is killed.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <fstream>
#include <map>

#include "common/sqlite/database.hpp"
#include "ledger/gap_ledger.hpp"
#include "temp_folder.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::massive;

namespace {

Timestamp at(int minute) {
    return *parse_timestamp("2026-11-20T14:30:00Z") + std::chrono::minutes{minute};
}

std::vector<std::string> tickers(const std::string& prefix, int count) {
    std::vector<std::string> names;
    for (int i = 0; i < count; ++i) {
        names.push_back(prefix + std::to_string(i));
    }
    return names;
}

void execute(const std::filesystem::path& file, const std::string& sql) {
    sqlite::Database database;
    database.open(file, sqlite::Database::Open::make);
    database.execute(sql);
}

constexpr int per_round = 40;

/// Changes the ledger until it is killed; after each round it writes one byte.
[[noreturn]] void change_for_ever(const std::filesystem::path& file, int progress_pipe) {
    GapLedger ledger;
    ledger.open(file);
    for (int round = 0;; ++round) {
        const std::vector<std::string> symbols =
            tickers("R" + std::to_string(round) + "_", per_round);
        const auto begun = ledger.begin(symbols, Channel::minute, at(round), Cause::disconnect,
                                        at(round + 1), "killed in the middle");
        ledger.end(symbols, Channel::minute, at(round + 2), at(round + 3));
        for (const Gap& gap : begun) {
            ledger.progress(std::vector<GapLedger::Progress>{{gap.id, at(round + 1), 1}},
                            at(round + 3));
        }
        if (::write(progress_pipe, "", 1) != 1) {
            ::_exit(1);
        }
    }
}

}  // namespace

TEST_CASE("A process killed in the middle of changes leaves whole ones") {
    const TempFolder folder;
    for (int repetition = 0; repetition < 4; ++repetition) {
        const std::filesystem::path own =
            folder.path() / std::to_string(repetition) / "gaps.sqlite";
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            ::close(ends[0]);
            change_for_ever(own, ends[1]);
        }
        ::close(ends[1]);
        char byte = 0;
        for (int round = 0; round <= repetition; ++round) {
            REQUIRE(::read(ends[0], &byte, 1) == 1);
        }
        ::kill(child, SIGKILL);
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        REQUIRE(WIFSIGNALED(status));
        int acknowledged = repetition + 1;
        while (::read(ends[0], &byte, 1) == 1) {
            ++acknowledged;
        }
        ::close(ends[0]);

        const std::vector<Gap> seen = read_gaps(own);  // beside the dead pipeline's log
        GapLedger ledger;
        ledger.open(own);
        CHECK(ledger.list() == seen);
        struct Round {
            int rows = 0, closed = 0, filling = 0;
        };
        std::map<Timestamp, Round> rounds;
        for (const Gap& gap : seen) {
            Round& round = rounds[gap.from];
            ++round.rows;
            round.closed += gap.to ? 1 : 0;
            round.filling += gap.state == GapState::filling ? 1 : 0;
        }
        int number = 0;
        for (const auto& [from, round] : rounds) {
            CHECK(from == at(number));
            CHECK(round.rows == per_round);
            CHECK((round.closed == 0 || round.closed == per_round));
            CHECK((round.closed == per_round || round.filling == 0));
            CHECK((number >= acknowledged || round.filling == per_round));
            ++number;
        }
        CHECK(number >= acknowledged);
        std::uint64_t changes = 0;  // what the version must be after whole changes alone
        for (const auto& [from, round] : rounds) {
            changes += 1u + (round.closed > 0 ? 1u : 0u) + static_cast<unsigned>(round.filling);
        }
        CHECK(ledger.version() == changes);
    }
}

TEST_CASE("Others read the ledger while the pipeline runs") {
    const TempFolder folder;
    const std::filesystem::path file = folder.path() / "gaps.sqlite";
    GapLedger ledger;
    ledger.open(file);
    CHECK(read_gaps(file).empty());
    ledger.begin(tickers("T", 3), Channel::minute, at(0), Cause::restart, at(1), "");
    CHECK(read_gaps(file) == ledger.list());
    ledger.end(tickers("T", 2), Channel::minute, at(5), at(6));
    CHECK(read_gaps(file) == ledger.list());
    CHECK(read_gaps(file, {.states = {}, .symbol = "T1", .since = {}}).size() == 1);
    ledger.close();
    CHECK(read_gaps(file).size() == 3);
    CHECK_FALSE(std::filesystem::exists(folder.path() / "gaps.sqlite-wal"));
}

TEST_CASE("Whole universes go dark and come back in one transaction each") {
    const TempFolder folder;
    GapLedger ledger;
    ledger.open(folder.path() / "gaps.sqlite");
    const std::vector<std::string> symbols = tickers("S", 10'000);
    CHECK(ledger.begin(symbols, Channel::minute, at(0), Cause::disconnect, at(1), "").size() ==
          symbols.size());
    CHECK(ledger.version() == 1);
    CHECK(ledger.end(symbols, Channel::minute, at(5), at(6)).closed.size() == symbols.size());
    CHECK(ledger.version() == 2);
    CHECK(ledger.unsettled().size() == symbols.size());
}

TEST_CASE("Files that are no ledger of this version are refused by name") {
    const TempFolder folder;
    const std::filesystem::path file = folder.path() / "gaps.sqlite";
    GapLedger ledger;
    SECTION("missing, for a reader") {
        CHECK_THROWS_WITH(read_gaps(file),
                          Catch::Contains("gaps.sqlite") && Catch::Contains("unable to open"));
        CHECK_FALSE(std::filesystem::exists(file));
    }
    SECTION("not made by SQLite") {
        std::ofstream(file) << std::string(5000, 'x');
        CHECK_THROWS_WITH(ledger.open(file),
                          Catch::Contains("gaps.sqlite") && Catch::Contains("not made by SQLite"));
        CHECK_THROWS_WITH(read_gaps(file), Catch::Contains("not made by SQLite"));
    }
    SECTION("another program's database") {
        execute(file, "CREATE TABLE bars(symbol TEXT)");
        CHECK_THROWS_WITH(ledger.open(file), Catch::Contains("is no gap ledger"));
        CHECK_THROWS_WITH(read_gaps(file), Catch::Contains("is no gap ledger"));
    }
    SECTION("a newer version") {
        ledger.open(file);
        ledger.close();
        execute(file, "PRAGMA user_version = 2");
        CHECK_THROWS_WITH(ledger.open(file),
                          Catch::Contains("has version 2") && Catch::Contains("knows version 1"));
        CHECK_THROWS_WITH(read_gaps(file), Catch::Contains("has version 2"));
    }
    SECTION("changed by hand") {
        ledger.open(file);
        ledger.begin(tickers("T", 1), Channel::minute, at(0), Cause::restart, at(1), "");
        execute(file, "UPDATE gaps SET state = 'forgotten'");
        CHECK_THROWS_WITH(ledger.list(), Catch::Contains("'forgotten'"));
    }
}

TEST_CASE("A ledger that another connection locks reports that this may pass") {
    const TempFolder folder;
    const std::filesystem::path file = folder.path() / "gaps.sqlite";
    GapLedger ledger;
    ledger.open(file);
    sqlite::Database other;
    other.open(file, sqlite::Database::Open::exist);
    other.execute("BEGIN IMMEDIATE");
    CHECK_THROWS_AS(
        ledger.begin(tickers("T", 1), Channel::minute, at(0), Cause::restart, at(1), ""),
        RetryableError);
    CHECK(ledger.version() == 0);
    other.execute("ROLLBACK");
    CHECK(ledger.begin(tickers("T", 1), Channel::minute, at(0), Cause::restart, at(1), "").size() ==
          1);
}
