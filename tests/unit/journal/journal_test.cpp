#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include "journal/cursor.hpp"
#include "journal/journal.hpp"
#include "random_batch.hpp"
#include "temp_folder.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::test;

namespace {

JournalOptions options_in(const TempFolder& folder) {
    JournalOptions options;
    options.folder = folder.path() / "journal" / "sources.feed";
    options.pipeline = "prod";
    options.node = "sources.feed";
    options.sync.when = SyncPolicy::When::asked;
    return options;
}

std::vector<JournalEntry> all(Journal& journal, std::uint64_t from = 0) {
    std::vector<JournalEntry> entries;
    JournalCursor cursor = journal.read(from);
    while (auto entry = cursor.next()) {
        entries.push_back(std::move(*entry));
    }
    return entries;
}

}  // namespace

TEST_CASE("What was appended comes back, in this run and the next") {
    const TempFolder folder;
    JournalOptions options = options_in(folder);
    options.compress = GENERATE(false, true);
    options.segment_bytes = GENERATE(1u << 14, 1u << 26);
    const testing::FakeClock clock;
    std::mt19937 random(7);
    std::vector<Batch> batches;
    {
        Journal journal(options, clock);
        for (int i = 0; i < 60; ++i) {
            const Batch batch = random_batch(random, i % 20);
            batches.push_back(batch.rows() > 4 ? batch.slice(3, batch.rows() - 4) : batch);
            CHECK(journal.append(JournalEntry::of_batch(3, batches.back())) == 2 * i);
            CHECK(journal.append(JournalEntry::of_watermark(1, Timestamp{Duration{i}})) ==
                  2 * i + 1);
        }
        journal.flush();
        CHECK(journal.append(JournalEntry::of_note("where it stood")) == 120);
        CHECK(all(journal).size() == 120);
    }
    Journal journal(options, clock);
    const std::vector<JournalEntry> entries = all(journal);
    REQUIRE(entries.size() == 121);
    for (std::size_t i = 0; i < batches.size(); ++i) {
        CHECK(entries[2 * i].offset == 2 * i);
        CHECK(entries[2 * i].port == 3);
        CHECK(entries[2 * i].batch == batches[i]);
        CHECK(entries[2 * i].appended == clock.now());
        CHECK(entries[2 * i + 1].kind == JournalEntry::Kind::watermark);
        CHECK(entries[2 * i + 1].time == Timestamp{Duration{i}});
    }
    CHECK(entries.back().note == "where it stood");
    CHECK(all(journal, 117).front().offset == 117);
}
