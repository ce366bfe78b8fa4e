#include <cerrno>
#include <map>
#include <memory>
#include <random>

#include <catch2/catch.hpp>

#include "journal/cursor.hpp"
#include "journal/journal.hpp"
#include "model_files.hpp"
#include "random_batch.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::test;

namespace {

const testing::FakeClock standing_still;

JournalOptions model_options(SyncPolicy::When when) {
    JournalOptions options;
    options.folder = "/journal/sources.feed";
    options.node = "sources.feed";
    options.sync.when = when;
    options.segment_bytes = 8192;
    return options;
}

/// Writes, flushes, syncs and trims, and remembers what it was promised.
class Workload {
public:
    Workload(ModelFiles& files, SyncPolicy::When when) : files_(files), when_(when) {}

    /// Tries each call again that fails, as the runtime does, until the power is gone.
    void run() {
        std::unique_ptr<Journal> journal;
        again([&] {
            journal = std::make_unique<Journal>(model_options(when_), standing_still,
                                                JournalReport{}, files_);
        });
        for (int i = 0; i < 24; ++i) {
            const JournalEntry entry =
                i % 4 == 3 ? JournalEntry::of_watermark(1, Timestamp{Duration{i}})
                           : JournalEntry::of_batch(0, random_batch(random_, 1 + i % 13));
            again([&] { appended_.emplace(journal->append(entry).value(), entry); });
            if (i % 3 == 2) {
                again([&] {
                    journal->flush();
                    flushed_ = appended_.size();
                    durable_ = when_ == SyncPolicy::When::always ? flushed_ : durable_;
                });
            }
            if (i % 9 == 8) {
                again([&] { durable_ = journal->sync(); });
                trimmed_ = durable_ / 2;
                if (!files_.off()) {
                    journal->trim(trimmed_);
                }
            }
        }
        again([&] {
            journal->flush();
            flushed_ = appended_.size();
            durable_ = journal->sync();
        });
    }

    /// Opens the journal as a restart does, and compares with what was promised: all of it is there, in order,
    /// and nothing else; and more can be appended.
    void check(std::uint64_t promised) {
        JournalOptions options = model_options(when_);
        Journal journal(options, standing_still, {}, files_);
        JournalCursor cursor = journal.read(trimmed_);
        std::uint64_t expected = trimmed_;
        while (const auto entry = cursor.next()) {
            if (entry->offset < promised || entry->lost == 0) {
                REQUIRE(entry->offset == expected);
            }
            REQUIRE(appended_.contains(entry->offset));
            const JournalEntry& original = appended_.at(entry->offset);
            REQUIRE(entry->kind == original.kind);
            REQUIRE(entry->batch == original.batch);
            REQUIRE(entry->time == original.time);
            expected = entry->offset + 1;
        }
        REQUIRE(expected >= promised);
        const auto next = journal.append(JournalEntry::of_note("after"));
        REQUIRE(next >= expected);
        journal.flush();
        REQUIRE(cursor.next()->note == "after");
    }

    std::uint64_t flushed() const { return flushed_; }
    std::uint64_t durable() const { return durable_; }

private:
    template <class Call>
    void again(const Call& call) {
        for (int tries = 0; !files_.off(); ++tries) {
            REQUIRE(tries < 10);
            try {
                return call();
            } catch (const RetryableError&) {
            }
        }
    }

    ModelFiles& files_;
    SyncPolicy::When when_;
    std::mt19937 random_{11};
    std::map<std::uint64_t, JournalEntry> appended_;
    std::uint64_t flushed_ = 0;
    std::uint64_t durable_ = 0;
    std::uint64_t trimmed_ = 0;
};

std::uint64_t steps_of(SyncPolicy::When when) {
    ModelFiles files;
    Workload(files, when).run();
    return files.steps();
}

}  // namespace

TEST_CASE("A power cut at any step takes nothing that was promised") {
    const auto when = GENERATE(SyncPolicy::When::always, SyncPolicy::When::asked);
    const std::uint64_t steps = steps_of(when);
    std::mt19937 fate(5);
    for (std::uint64_t at = 0; at < steps; ++at) {
        for (int disk = 0; disk < 4; ++disk) {
            INFO("step " << at << " of " << steps << ", disk " << disk);
            ModelFiles files;
            std::uint64_t step = 0;
            files.before_step = [&](const char*) {
                return step++ == at ? ModelFiles::power_cut : 0;
            };
            Workload workload(files, when);
            workload.run();
            files.before_step = {};
            files.restart(fate);
            workload.check(workload.durable());
        }
    }
}

TEST_CASE("A kill at any step takes nothing that was flushed") {
    const auto when = GENERATE(SyncPolicy::When::always, SyncPolicy::When::asked);
    const std::uint64_t steps = steps_of(when);
    for (std::uint64_t at = 0; at < steps; ++at) {
        INFO("step " << at << " of " << steps);
        ModelFiles files;
        std::uint64_t step = 0;
        files.before_step = [&](const char*) { return step++ == at ? ModelFiles::power_cut : 0; };
        Workload workload(files, when);
        workload.run();
        files.before_step = {};
        files.restart_after_kill();
        workload.check(workload.flushed());
    }
}

TEST_CASE("A failure at any step, then another try, then a power cut: nothing is missing") {
    const auto when = GENERATE(SyncPolicy::When::always, SyncPolicy::When::asked);
    const int failure = GENERATE(ENOSPC, EIO, ModelFiles::half_a_write);
    const std::uint64_t steps = steps_of(when);
    std::mt19937 fate(9);
    for (std::uint64_t at = 0; at < steps; ++at) {
        INFO("step " << at << " of " << steps << " fails with " << failure);
        ModelFiles files;
        std::uint64_t step = 0;
        files.before_step = [&](const char*) { return step++ == at ? failure : 0; };
        Workload workload(files, when);
        workload.run();
        REQUIRE(workload.durable() == 24);
        files.before_step = {};
        files.restart(fate);
        workload.check(24);
    }
}

TEST_CASE("A disk that stays full refuses entries and keeps those it has") {
    ModelFiles files;
    Journal journal(model_options(SyncPolicy::When::always), standing_still, {}, files);
    std::mt19937 random(3);
    const Batch batch = random_batch(random, 5);
    REQUIRE(journal.append(JournalEntry::of_batch(0, batch)) == 0);
    journal.flush();
    files.before_step = [](const char* step) {
        return step == std::string_view{"write"} ? ENOSPC : 0;
    };
    REQUIRE(journal.append(JournalEntry::of_batch(0, batch)) == 1);
    for (int i = 0; i < 3; ++i) {
        CHECK_THROWS_WITH(journal.flush(), Catch::Contains("No space left on device"));
    }
    CHECK(journal.figures().flushed == 1);
    files.before_step = {};
    journal.flush();
    JournalCursor cursor = journal.read(0);
    CHECK(cursor.next()->batch == batch);
    CHECK(cursor.next()->batch == batch);
    CHECK_FALSE(cursor.next());
}

TEST_CASE("Damage in the middle is put aside, told, counted, and read over") {
    ModelFiles files;
    std::vector<std::string> told;
    const JournalReport report = [&](Level, std::string_view text) { told.emplace_back(text); };
    JournalOptions options = model_options(SyncPolicy::When::always);
    std::mt19937 random(3);
    {
        Journal journal(options, standing_still, {}, files);
        for (int i = 0; i < 60; ++i) {
            journal.append(JournalEntry::of_batch(0, random_batch(random, 10)));
        }
        journal.flush();
    }
    const auto paths = files.paths();
    REQUIRE(paths.size() > 2);
    const bool in_the_last = GENERATE(false, true);
    files.damage(in_the_last ? paths.back() : paths.front(), 4000, 3);
    Journal journal(options, standing_still, report, files);
    JournalCursor cursor = journal.read(0);
    std::uint64_t read = 0;
    std::uint64_t lost = 0;
    while (const auto entry = cursor.next()) {
        ++read;
        lost += entry->lost;
    }
    if (in_the_last) {
        // Nothing readable follows, so it is cut off, too, and its offset is given again.
        CHECK(read == 59);
        REQUIRE(told.size() == 2);
        CHECK_THAT(told[1], Catch::Contains("cut"));
    } else {
        CHECK(lost >= 1);
        CHECK(lost <= 2);
        CHECK(read + lost == 60);
        REQUIRE(told.size() == 1);
    }
    CHECK(journal.figures().damaged_entries == lost);
    CHECK_THAT(told[0], Catch::Contains("quarantine"));
    const auto after = files.paths();
    const auto copy = std::find_if(after.begin(), after.end(), [](const auto& path) {
        return path.parent_path().filename() == "quarantine";
    });
    REQUIRE(copy != after.end());
    CHECK(files.size(*copy) == journal.figures().damaged_bytes);
    JournalCursor again = journal.read(0);
    while (again.next()) {
    }
    CHECK(journal.figures().damaged_entries == lost);
}

TEST_CASE("Damage to the header costs the header only") {
    ModelFiles files;
    const JournalOptions options = model_options(SyncPolicy::When::always);
    {
        Journal journal(options, standing_still, {}, files);
        journal.append(JournalEntry::of_note("kept"));
        journal.flush();
    }
    files.damage(files.paths().front(), 0, 40);
    Journal journal(options, standing_still, {}, files);
    JournalCursor cursor = journal.read(0);
    CHECK(cursor.next()->note == "kept");
}

TEST_CASE("At its limit the log waits, or drops the oldest and tells what") {
    ModelFiles files;
    std::vector<std::string> told;
    JournalOptions options = model_options(SyncPolicy::When::always);
    options.max_bytes = 32768;
    options.at_limit = GENERATE(AtLimit::block, AtLimit::drop_oldest);
    Journal journal(
        options, standing_still, [&](Level, std::string_view text) { told.emplace_back(text); },
        files);
    std::mt19937 random(3);
    const Batch batch = random_batch(random, 10);
    std::uint64_t taken = 0;
    while (taken < 200 && journal.append(JournalEntry::of_batch(0, batch))) {
        ++taken;
    }
    journal.flush();
    JournalCursor cursor = journal.read(0);
    const auto first = cursor.next();
    REQUIRE(first);
    CHECK(journal.figures().bytes < options.max_bytes + options.segment_bytes);
    if (options.at_limit == AtLimit::block) {
        CHECK(taken < 100);
        CHECK(first->offset == 0);
        std::stop_source stopped;
        stopped.request_stop();
        CHECK_FALSE(journal.wait_for_room(stopped.get_token()));
        journal.trim(taken);
        CHECK(journal.wait_for_room({}));
        CHECK(journal.append(JournalEntry::of_batch(0, batch)) == taken);
        CHECK(journal.figures().segments <= 2);
    } else {
        CHECK(taken == 200);
        CHECK(first->lost == first->offset);
        CHECK(first->offset > 100);
        CHECK(journal.figures().dropped_entries == first->offset);
        CHECK(journal.figures().dropped_rows == 10 * first->offset);
        CHECK_THAT(told.front(), Catch::Contains("dropped the oldest"));
    }
}

TEST_CASE("Entries that are too old fill the log as too many bytes do") {
    ModelFiles files;
    testing::FakeClock clock;
    JournalOptions options = model_options(SyncPolicy::When::always);
    options.max_age = std::chrono::hours{8};
    options.at_limit = GENERATE(AtLimit::block, AtLimit::drop_oldest);
    Journal journal(options, clock, {}, files);
    CHECK(journal.append(JournalEntry::of_note("0")) == 0);
    clock.advance(std::chrono::hours{7});
    CHECK(journal.append(JournalEntry::of_note("1")) == 1);
    clock.advance(std::chrono::hours{2});
    const auto third = journal.append(JournalEntry::of_note("2"));
    if (options.at_limit == AtLimit::block) {
        CHECK_FALSE(third);
        journal.trim(1);
        CHECK(journal.append(JournalEntry::of_note("2")) == 2);
    } else {
        CHECK(third == 2);
        CHECK(journal.figures().dropped_entries == 1);
        CHECK(journal.figures().first == 1);
    }
}

TEST_CASE("The log goes on where the pipeline is, also when its files are gone") {
    ModelFiles files;
    JournalOptions options = model_options(SyncPolicy::When::always);
    options.needed_from = 40;
    Journal journal(options, standing_still, {}, files);
    CHECK(journal.append(JournalEntry::of_idle(2)) == 40);
    journal.flush();
    JournalCursor cursor = journal.read(40);
    const auto entry = cursor.next();
    CHECK(entry->kind == JournalEntry::Kind::idle);
    CHECK(entry->port == 2);
    CHECK(entry->lost == 0);
}
