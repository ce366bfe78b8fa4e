#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "testing/conformance.hpp"
#include "testing/opened.hpp"
#include "testing/recorder.hpp"

namespace tsflow::testing {
namespace {

constexpr Millis max_wait{20};
// One unit of work may come on top of max_wait; on a busy machine under a sanitizer, that takes time.
constexpr Millis slack{2000};
// Endless and idle sources are looked at for so long.
constexpr std::size_t most_polls = 200;
constexpr std::size_t most_rows = 50'000;
constexpr std::size_t most_idle_polls = 50;
constexpr std::size_t most_cuts = 12;

/// A fresh source, opened, that is polled.
class Polled {
public:
    explicit Polled(Conformance& run)
        : run_(run),
          source_(run.fresh<Source>()),
          ports_(source_->outputs()),
          recorder_(run, ports_),
          opened_(*source_, context_) {}

    /// One poll; false once nothing more is to be expected.
    bool poll() {
        const auto start = std::chrono::steady_clock::now();
        const std::size_t before = recorder_.emitted().size();
        const Poll result = source_->poll(recorder_, max_wait);
        const auto took =
            std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - start);
        if (took > max_wait + slack) {
            run_.broken("poll() returns in time: asked to wait for at most " +
                        std::to_string(max_wait.count()) + " ms, it took more than " +
                        std::to_string((max_wait + slack).count()) + " ms");
        }
        check_progress();
        ended_ = result == Poll::done;
        if (result == Poll::idle) {
            if (recorder_.emitted().size() != before) {
                run_.broken("poll() says idle only when it emitted nothing: it emitted a batch");
            }
            context_.clock_.advance(max_wait);
            ++idle_polls_;
        } else {
            idle_polls_ = 0;
        }
        ++polls_;
        return !ended_ && idle_polls_ < most_idle_polls && polls_ < most_polls &&
               recorder_.rows() < most_rows;
    }

    Source& source() { return *source_; }
    Recorder& recorder() { return recorder_; }
    const Emitted& emitted() const { return recorder_.emitted(); }
    bool ended() const noexcept { return ended_; }

private:
    void check_progress() {
        const std::optional<Progress> progress = source_->progress();
        if (progress && progress->done > progress->total) {
            run_.broken("progress() never passes its total: it said " +
                        std::to_string(progress->done) + " of " + std::to_string(progress->total));
        }
    }

    Conformance& run_;
    std::unique_ptr<Source> source_;
    Ports ports_;
    Recorder recorder_;
    TestContext context_;
    Opened opened_;
    std::size_t polls_ = 0;
    std::size_t idle_polls_ = 0;
    bool ended_ = false;
};

/// An undisturbed run: what came, and the position behind each poll with the batches before it.
struct Track {
    struct Stop {
        std::string position;
        std::size_t batches = 0;
    };
    std::vector<Stop> stops;
    Emitted emitted;
    bool ended = false;
};

std::string position_of(const Source& source) {
    StateWriter state;
    source.position(state);
    return state.bytes();
}

void resume(Source& source, const std::string& position) {
    StateReader reader{position};
    source.resume(reader);
}

Track track(Conformance& run) {
    Polled polled{run};
    const bool replayable = polled.source().replayable();
    Track track;
    const auto stop = [&] {
        track.stops.push_back(
            {replayable ? position_of(polled.source()) : "", polled.emitted().size()});
    };
    stop();
    for (bool more = true; more;) {
        more = polled.poll();
        stop();
    }
    track.emitted = polled.emitted();
    track.ended = polled.ended();
    return track;
}

// Polls until as many batches came as the undisturbed run has from here, and to the end if it ended.
Emitted rest(Polled& polled, std::size_t wanted, bool to_the_end) {
    for (bool more = true; more && (to_the_end || polled.emitted().size() < wanted);) {
        more = polled.poll();
    }
    Emitted emitted = polled.emitted();
    if (!to_the_end && emitted.size() > wanted) {
        emitted.resize(wanted);
    }
    return emitted;
}

// A host may be killed again before the first poll: so the source is resumed twice in a row.
void check_resume(Conformance& run, const Track& undisturbed) {
    for (const std::size_t at : spread(undisturbed.stops.size() - 1, most_cuts)) {
        const Track::Stop& stop = undisturbed.stops[at];
        const auto first = undisturbed.emitted.begin() + static_cast<std::ptrdiff_t>(stop.batches);
        const Emitted expected{first, undisturbed.emitted.end()};
        Polled between{run};
        resume(between.source(), stop.position);
        Polled polled{run};
        resume(polled.source(), position_of(between.source()));
        expect_same_batches(expected, rest(polled, expected.size(), undisturbed.ended),
                            "resuming behind poll " + std::to_string(at));
    }
}

void check_replay(Conformance& run, const Track& undisturbed) {
    run.check("a replayable source gives the same batches again", [&] {
        Polled polled{run};
        expect_same_batches(undisturbed.emitted,
                            rest(polled, undisturbed.emitted.size(), undisturbed.ended),
                            "a second node");
    });
    run.check("resume() gives the same rest of the batches",
              [&] { check_resume(run, undisturbed); });
    run.check("resume() refuses an empty position with a tsflow::Error", [&] {
        if (!undisturbed.stops.back().position.empty()) {
            Polled fresh{run};
            expect_refuses_empty_state(
                [&fresh](StateReader& empty) { fresh.source().resume(empty); });
        }
    });
}

void check_cancelled(Conformance& run) {
    run.check("Cancelled passes through poll() unchanged", [&run] {
        Polled polled{run};
        polled.recorder().cancel_after(0);
        try {
            while (polled.poll() && !polled.recorder().cancelled()) {
            }
        } catch (const Cancelled&) {
            return;
        }
        Conformance::expect(!polled.recorder().cancelled(),
                            "emit() threw it, and it did not come out of poll()");
    });
}

}  // namespace

void check_source(Conformance& run) {
    run.check("outputs() names complete ports before open()",
              [&run] { expect_ports(run.fresh<Source>()->outputs()); });
    std::optional<Track> undisturbed;
    run.check("a source can be polled", [&] { undisturbed = track(run); });
    if (undisturbed && run.fresh<Source>()->replayable()) {
        check_replay(run, *undisturbed);
    }
    check_cancelled(run);
}

}  // namespace tsflow::testing
