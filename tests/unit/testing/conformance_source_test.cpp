#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>

#include "flawed.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::testing;
using namespace std::chrono_literals;
using flawed::joined;

namespace {

enum class Flaw {
    nothing,
    endless,
    no_ports,
    differs_each_time,
    resumes_one_too_far,
    resumes_in_other_batches,
    resumes_too_early_end,
    position_needs_a_poll,
    accepts_empty_position,
    polls_too_long,
    emits_and_says_idle,
    swallows_cancelled,
    poll_throws,
    progress_passes_total,
    row_behind_watermark,
};

/// Counts to ten, two rows a batch, that the flaw makes wrong in one way.
template <Flaw flaw>
class Count final : public Source {
public:
    static constexpr std::string_view name = "count";
    static constexpr std::string_view doc = "Counts.";
    using Config = flawed::NoConfig;
    static void describe(Options<Config>&) {}
    explicit Count(Config) {
        static std::int64_t nodes = 0;
        ++nodes;
        first_ = flaw == Flaw::differs_each_time ? nodes : 0;
    }

    Ports outputs() const override {
        return flaw == Flaw::no_ports ? Ports{}
                                      : single(schema("time:timestamp/event_time n:int64"));
    }
    Poll poll(Emitter& out, Millis max_wait) override {
        if (flaw == Flaw::poll_throws) {
            throw std::runtime_error("disk on fire");
        }
        polled_ = true;
        static bool late = false;
        if (flaw == Flaw::polls_too_long && !late) {
            late = true;
            std::this_thread::sleep_for(max_wait + 2100ms);
        }
        if (next_ == (flaw == Flaw::resumes_too_early_end && resumed_ ? 8 : 10) &&
            flaw != Flaw::endless) {
            return Poll::done;
        }
        BatchBuilder rows{schema("time:timestamp/event_time n:int64")};
        const bool one = flaw == Flaw::resumes_in_other_batches && resumed_;
        Timestamp last;
        for (int i = 0; i < (one ? 1 : 2); ++i, ++next_) {
            last = Timestamp{std::chrono::seconds{next_}};
            rows.push(0, last);
            rows.push(1, first_ + next_);
        }
        try {
            out.emit(rows.finish());
        } catch (const Cancelled&) {
            if (flaw != Flaw::swallows_cancelled) {
                throw;
            }
        }
        out.watermark(flaw == Flaw::row_behind_watermark ? last + 2s : last);
        return flaw == Flaw::emits_and_says_idle ? Poll::idle : Poll::more;
    }
    bool replayable() const noexcept override { return true; }
    void position(StateWriter& state) const override {
        state.integer(flaw == Flaw::position_needs_a_poll && resumed_ && !polled_ ? 0 : next_);
    }
    void resume(StateReader& state) override {
        if (flaw == Flaw::accepts_empty_position && state.at_end()) {
            return;
        }
        next_ = state.integer();
        resumed_ = true;
        if (flaw == Flaw::resumes_one_too_far && next_ > 0 && next_ < 10) {
            next_ += 2;
        }
    }
    std::optional<Progress> progress() const override {
        return Progress{static_cast<std::uint64_t>(next_),
                        flaw == Flaw::progress_passes_total ? 5u : 1'000'000u};
    }

private:
    std::int64_t first_ = 0;
    std::int64_t next_ = 0;
    bool resumed_ = false;
    bool polled_ = false;
};

template <Flaw flaw>
std::string broken() {
    return joined(conformance<Count<flaw>>({}));
}

}  // namespace

TEST_CASE("a source that keeps its promises passes") {
    CHECK(broken<Flaw::nothing>() == "");
}

TEST_CASE("an endless source is checked over its first rows") {
    CHECK(broken<Flaw::endless>() == "");
}

TEST_CASE("each broken promise of a source is found and told") {
    CHECK_THAT(broken<Flaw::no_ports>(), Catch::Contains("there is no output port"));
    CHECK_THAT(
        broken<Flaw::differs_each_time>(),
        Catch::Contains("gives the same batches again: in batch 1 a second node gave row 1"));
    CHECK_THAT(broken<Flaw::resumes_one_too_far>(),
               Catch::Contains("resume() gives the same rest of the batches: in batch 1 resuming "
                               "behind poll 1 gave row 1 is"));
    CHECK_THAT(broken<Flaw::resumes_in_other_batches>(),
               Catch::Contains("in batch 1 resuming behind poll 0 gave 1 rows instead of 2"));
    CHECK_THAT(broken<Flaw::resumes_too_early_end>(),
               Catch::Contains("gave 4 batches instead of 5"));
    CHECK_THAT(broken<Flaw::position_needs_a_poll>(),
               Catch::Contains("resume() gives the same rest of the batches: in batch 1 resuming "
                               "behind poll 1 gave row 1 is"));
    CHECK_THAT(
        broken<Flaw::accepts_empty_position>(),
        Catch::Contains("resume() refuses an empty position with a tsflow::Error: an empty"));
    CHECK_THAT(broken<Flaw::polls_too_long>(), Catch::Contains("poll() returns in time"));
    CHECK_THAT(broken<Flaw::emits_and_says_idle>(), Catch::Contains("poll() says idle only when"));
    CHECK_THAT(broken<Flaw::swallows_cancelled>(),
               Catch::Contains("Cancelled passes through poll() unchanged: emit() threw it"));
    CHECK_THAT(broken<Flaw::poll_throws>(),
               Catch::Contains("a source can be polled: the node threw 'disk on fire'"));
    CHECK_THAT(broken<Flaw::progress_passes_total>(), Catch::Contains("it said 6 of 5"));
    CHECK_THAT(broken<Flaw::row_behind_watermark>(),
               Catch::Contains("no row follows a watermark behind its event time"));
}
