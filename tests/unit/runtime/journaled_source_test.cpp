#include <algorithm>

#include <catch2/catch.hpp>

#include "harness.hpp"
#include "journal/journal.hpp"
#include "runtime/journaled_source.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::test;

namespace {

constexpr Millis no_wait{0};

/// A journaled `feed` of numbers, opened, in a folder that outlives it.
struct Feed {
    Feed(const std::filesystem::path& folder, const std::string& toml, JournalSpec spec = {})
        : source(make_feed(toml), spec, "pipeline", "sources.feed", folder / "journal") {
        source.open(context);
    }
    ~Feed() { source.close(); }

    std::string position() const {
        StateWriter state;
        source.position(state);
        return state.bytes();
    }
    /// Polls until nothing comes any more.
    void run() {
        while (source.poll(out, no_wait) == Poll::more) {
        }
    }
    std::vector<std::int64_t> numbers() const {
        const Batch all = out.all(number_schema());
        const auto column = all.column<std::int64_t>(0);
        return {column.begin(), column.end()};
    }
    bool said(const std::string& words) const {
        return std::any_of(context.logs.begin(), context.logs.end(), [&](const auto& line) {
            return line.second.find(words) != std::string::npos;
        });
    }

    testing::TestContext context;
    testing::CollectingEmitter out;
    JournaledSource source;
};

}  // namespace

TEST_CASE("What a journaled source has sent once comes again behind the checkpoint") {
    clear_boards();
    const TempFolder folder;
    std::string position;
    {
        Feed feed(folder.path(), "rows = 60");
        feed.source.start_anew();
        feed.source.poll(feed.out, no_wait);
        feed.source.poll(feed.out, no_wait);
        position = feed.position();
        feed.run();
        CHECK(feed.numbers() == numbers(0, 60));
        CHECK(feed.out.watermarks.back() == Timestamp{std::chrono::seconds{60}});
    }
    board("feed")->more = 10;  // which it sends from now on
    Feed again(folder.path(), "rows = 60");
    again.source.restore(position);
    again.run();
    CHECK(again.numbers() == numbers(20, 70));
    CHECK(again.out.watermarks.front() == Timestamp{std::chrono::seconds{30}});
    CHECK(again.said("replayed 40 rows from its journal"));
}

TEST_CASE("Without a checkpoint all of the journal comes again") {
    clear_boards();
    const TempFolder folder;
    {
        Feed feed(folder.path(), "rows = 60");
        feed.source.start_anew();
        feed.run();
    }
    Feed again(folder.path(), "rows = 60");
    again.source.start_anew();
    again.run();
    CHECK(again.numbers() == numbers(0, 60));
}

TEST_CASE("Nothing is handed on before it is in the journal's file") {
    clear_boards();
    const TempFolder folder;
    Feed feed(folder.path(), "rows = 30");
    feed.source.start_anew();
    std::size_t seen = 0;
    feed.out.after = [&] {
        if (feed.out.rows() == seen) {
            return;  // a watermark
        }
        seen = feed.out.rows();
        // Another reader, as after a kill at this moment.
        const testing::FakeClock clock;
        JournalOptions options;
        options.folder = folder.path() / "copy";
        std::filesystem::remove_all(options.folder);
        std::filesystem::copy(folder.path() / "journal", options.folder);
        Journal copy(options, clock);
        JournalCursor cursor = copy.read(0);
        std::size_t rows = 0;
        for (auto entry = cursor.next(); entry; entry = cursor.next()) {
            rows += entry->kind == JournalEntry::Kind::batch ? entry->batch.rows() : 0;
        }
        CHECK(rows == seen);
    };
    feed.run();
    CHECK(seen == 30);
}

TEST_CASE("A source with a position of its own goes on behind the last group that is whole") {
    clear_boards();
    const TempFolder folder;
    std::string position;
    {
        Feed feed(folder.path(), "rows = 40\npositioned = true");
        feed.source.start_anew();
        feed.source.poll(feed.out, no_wait);
        position = feed.position();
        feed.source.poll(feed.out, no_wait);
    }
    {
        // Killed before the third poll's group was whole: its first batch is in the log, no note.
        const testing::FakeClock clock;
        JournalOptions options;
        options.folder = folder.path() / "journal";
        Journal journal(options, clock);
        BatchBuilder torn(number_schema());
        torn.push(0, std::int64_t{-1});
        torn.push(1, Timestamp{});
        journal.append(JournalEntry::of_batch(0, torn.finish()));
    }
    for (const std::int64_t end : {30, 40}) {
        Feed again(folder.path(), "rows = 40\npositioned = true");
        again.source.restore(position);
        again.source.poll(again.out, no_wait);  // all of the log
        CHECK(again.numbers() == numbers(10, end - 10));
        again.source.poll(again.out, no_wait);
        CHECK(again.numbers() == numbers(10, end));
    }
}

TEST_CASE("A full journal makes the source wait until a checkpoint makes room") {
    clear_boards();
    const TempFolder folder;
    JournalSpec spec;
    spec.max_bytes = 1u << 20;
    Feed feed(folder.path(), "rows = 400000\nbatch = 1000", spec);
    feed.source.start_anew();
    feed.run();
    const std::size_t at_limit = feed.out.rows();
    CHECK(at_limit >= (1u << 20) / 16 - 1000);
    CHECK(at_limit < 100'000);
    CHECK(feed.said("its journal is full"));
    CHECK(feed.source.poll(feed.out, no_wait) == Poll::idle);
    CHECK(feed.out.rows() == at_limit);

    feed.source.checkpoint_stored(feed.position());
    feed.run();
    CHECK(feed.out.rows() > at_limit);
    while (feed.out.rows() < 400'000) {
        feed.source.checkpoint_stored(feed.position());
        feed.run();
    }
    CHECK(feed.numbers() == numbers(0, 400'000));
}

TEST_CASE("A journal that has become too old makes the source wait, too") {
    clear_boards();
    const TempFolder folder;
    JournalSpec spec;
    spec.max_age = std::chrono::minutes{1};
    Feed feed(folder.path(), "rows = 100", spec);
    feed.source.start_anew();
    feed.source.poll(feed.out, no_wait);
    feed.context.clock_.advance(std::chrono::minutes{2});
    CHECK(feed.source.poll(feed.out, no_wait) == Poll::idle);
    CHECK(feed.out.rows() == 10);
    feed.source.checkpoint_stored(feed.position());
    CHECK(feed.source.poll(feed.out, no_wait) == Poll::more);
}

TEST_CASE("With drop_oldest the source goes on, and what was dropped is counted") {
    clear_boards();
    const TempFolder folder;
    JournalSpec spec;
    spec.max_bytes = 1u << 20;
    spec.drop_oldest = true;
    {
        Feed feed(folder.path(), "rows = 200000\nbatch = 1000", spec);
        feed.source.start_anew();
        feed.run();
        CHECK(feed.out.rows() == 200'000);
    }
    Feed again(folder.path(), "rows = 200000", spec);
    again.source.start_anew();
    again.run();
    const std::vector<std::int64_t> kept = again.numbers();
    REQUIRE_FALSE(kept.empty());
    CHECK(kept == numbers(200'000 - static_cast<std::int64_t>(kept.size()), 200'000));
}

TEST_CASE("A journal may be switched on and off") {
    clear_boards();
    const TempFolder folder;
    std::string position;
    {
        Feed feed(folder.path(), "rows = 30\npositioned = true");
        StateWriter plain;
        plain.integer(20);  // the source's own, of a checkpoint without a journal
        feed.source.restore(plain.bytes());
        feed.run();
        CHECK(feed.numbers() == numbers(20, 30));
        position = feed.position();
    }
    const auto own = JournaledSource::unwrapped(position);
    REQUIRE(own);
    CHECK(StateReader(*own).integer() == 30);
    StateWriter plain;
    plain.integer(20);
    CHECK_FALSE(JournaledSource::unwrapped(plain.bytes()));
    {
        // What it kept before it was switched off is older than the checkpoint of the time between.
        Feed feed(folder.path(), "rows = 30");
        feed.source.restore("");
        feed.run();
        CHECK(feed.numbers() == numbers(0, 30));  // which a live source sends from now on
    }
}

TEST_CASE("What a source emits before it throws is kept; a watermark of the host's is, too") {
    clear_boards();
    const TempFolder folder;
    board("feed")->fail_at = 15;
    board("feed")->failure = "retryable";
    {
        Feed feed(folder.path(), "rows = 30");
        feed.source.start_anew();
        feed.source.poll(feed.out, no_wait);
        CHECK_THROWS_AS(feed.source.poll(feed.out, no_wait), RetryableError);
        CHECK(feed.numbers() == numbers(0, 15));
        feed.run();
        CHECK(feed.source.promise(Timestamp{std::chrono::hours{1}}));
    }
    Feed again(folder.path(), "rows = 30");
    again.source.start_anew();
    again.run();
    CHECK(again.numbers() == numbers(0, 30));
    CHECK(again.out.watermarks.back() == Timestamp{std::chrono::hours{1}});
}
