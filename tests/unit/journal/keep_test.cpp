#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <random>

#include <catch2/catch.hpp>

#include "journal/format.hpp"
#include "journal/journal.hpp"
#include "random_batch.hpp"
#include "temp_folder.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::test;
using namespace std::chrono_literals;

namespace {

struct Rig {
    Rig() {
        options.folder = folder.path() / "sources.feed";
        options.sync.when = SyncPolicy::When::asked;
        options.segment_bytes = 4'096;
        options.keep = 1h;
        options.keep_bytes = 1 << 20;
    }
    /// So many batches, a minute after another.
    void append(Journal& journal, int batches) {
        for (int i = 0; i < batches; ++i) {
            REQUIRE(journal.append(JournalEntry::of_batch(0, random_batch(random, 20))));
            clock.advance(1min);
        }
        journal.flush();
    }
    /// Offset of the oldest entry that has a file.
    std::uint64_t oldest() const {
        std::uint64_t first = UINT64_MAX;
        for (const auto& file : std::filesystem::directory_iterator(options.folder)) {
            if (const auto name =
                    journal_format::parse_segment_name(file.path().filename().string())) {
                first = std::min(first, name->first);
            }
        }
        return first;
    }

    const TempFolder folder;
    JournalOptions options;
    testing::FakeClock clock;
    std::mt19937 random{11};
};

}  // namespace

TEST_CASE("What is no longer needed stays as long as it is to be kept") {
    Rig rig;
    {
        Journal journal(rig.options, rig.clock);
        rig.append(journal, 40);
        journal.trim(40);
        CHECK(rig.oldest() == 0);
        rig.append(journal, 40);  // an hour and twenty minutes since the first
        journal.trim(80);
        // Whole segments go, the one that has something younger than an hour in it stays.
        CHECK(rig.oldest() > 5);
        CHECK(rig.oldest() <= 20);
    }
    rig.options.needed_from = 80;
    Journal again(rig.options, rig.clock);
    CHECK(rig.oldest() <= 20);
    rig.clock.advance(2h);
    again.trim(80);
    CHECK(rig.oldest() > 70);  // what is in the segment that grew
}

TEST_CASE("What is kept gives way when it takes too much") {
    Rig rig;
    rig.options.keep_bytes = 16 * 1'024;
    Journal journal(rig.options, rig.clock);
    rig.append(journal, 50);
    CHECK(journal.figures().bytes > rig.options.keep_bytes);  // all of that is needed
    CHECK(rig.oldest() == 0);
    journal.trim(50);
    CHECK(journal.figures().bytes <= rig.options.keep_bytes);
    CHECK(rig.oldest() > 0);
    CHECK(rig.oldest() < 50);
}

TEST_CASE("What is kept is dropped before anything that is needed") {
    Rig rig;
    rig.options.at_limit = AtLimit::drop_oldest;
    rig.options.max_bytes = 32 * 1'024;
    rig.options.keep_bytes = rig.options.max_bytes;
    Journal journal(rig.options, rig.clock);
    rig.append(journal, 12);
    journal.trim(12);
    CHECK(rig.oldest() == 0);
    const std::uint64_t before = journal.figures().bytes;
    while (journal.figures().bytes >= before && rig.oldest() == 0) {
        rig.append(journal, 1);
    }
    CHECK(rig.oldest() > 0);
    CHECK(journal.figures().dropped_entries == 0);
    CHECK(rig.oldest() <= 12);
}
