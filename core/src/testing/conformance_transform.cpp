#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "testing/conformance.hpp"
#include "testing/opened.hpp"
#include "testing/recorder.hpp"

namespace tsflow::testing {
namespace {

constexpr std::size_t most_cuts = 32;

/// One thing that the host does to a transform: hand it a batch, or a watermark.
struct Step {
    Batch batch;
    std::optional<Timestamp> watermark;
};
using Steps = std::vector<Step>;

enum class Batching { as_given, single_rows, with_empty_batches };

Timestamp earliest(const Batch& batch, Timestamp until) {
    if (const std::optional<std::size_t> column = batch.schema()->event_time()) {
        for (const Timestamp time : batch.column<Timestamp>(*column)) {
            until = std::min(until, time);
        }
    }
    return until;
}

// The sample's batches, each followed by the watermark that holds there: the earliest event time of all
// that is still to come. So no row of the sample is late, in whatever order the rows are.
Steps make_steps(const std::vector<Batch>& batches, Batching batching) {
    std::vector<Timestamp> watermarks(batches.size(), Timestamp::max());
    for (std::size_t i = batches.size() - 1; i > 0; --i) {
        watermarks[i - 1] = earliest(batches[i], watermarks[i]);
    }
    Steps steps;
    for (std::size_t i = 0; i < batches.size(); ++i) {
        const Batch& batch = batches[i];
        const std::size_t piece = batching == Batching::single_rows ? 1 : batch.rows();
        if (batching == Batching::with_empty_batches) {
            steps.push_back({batch.slice(0, 0), {}});
        }
        for (std::size_t row = 0; row < batch.rows(); row += piece) {
            steps.push_back({batch.slice(row, piece), {}});
        }
        steps.push_back({{}, watermarks[i]});
    }
    return steps;
}

/// A fresh transform, bound and opened, that is fed steps.
class Fed {
public:
    explicit Fed(Conformance& run)
        : transform_(run.fresh<Transform>()),
          ports_(transform_->bind(sample_input(run.sample()))),
          recorder_(run, ports_),
          opened_(*transform_, context_) {}

    void feed(std::span<const Step> steps) {
        for (const Step& step : steps) {
            if (step.watermark) {
                transform_->advance(*step.watermark, recorder_);
            } else {
                transform_->process(step.batch, recorder_);
            }
        }
    }
    void finish() { transform_->finish(recorder_); }

    Transform& transform() { return *transform_; }
    Recorder& recorder() { return recorder_; }
    const Ports& ports() const { return ports_; }
    std::vector<Batch> rows() const { return by_port(recorder_.emitted(), ports_); }

private:
    std::unique_ptr<Transform> transform_;
    Ports ports_;
    Recorder recorder_;
    TestContext context_;
    Opened opened_;
};

std::vector<Batch> whole_run(Conformance& run, const Steps& steps) {
    Fed fed{run};
    fed.feed(steps);
    fed.finish();
    return fed.rows();
}

std::string state_of(const Transform& transform) {
    StateWriter state;
    transform.snapshot(state);
    return state.bytes();
}

void restore(Transform& transform, const std::string& bytes) {
    StateReader reader{bytes};
    transform.restore(reader);
}

// Stops in mid-stream, goes on in a fresh node, and compares both halves with the undisturbed run. With
// state, the restart happens twice in a row: a host may be killed again before the first batch.
void check_restart(Conformance& run, const Steps& steps, const std::vector<Batch>& expected,
                   bool carry_state) {
    for (const std::size_t cut : spread(steps.size(), most_cuts)) {
        Fed before{run};
        before.feed(std::span{steps}.first(cut));
        Fed after{run};
        if (carry_state) {
            Fed between{run};
            restore(between.transform(), state_of(before.transform()));
            restore(after.transform(), state_of(between.transform()));
        }
        after.feed(std::span{steps}.subspan(cut));
        after.finish();

        Emitted both = before.recorder().emitted();
        const Emitted& rest = after.recorder().emitted();
        both.insert(both.end(), rest.begin(), rest.end());
        expect_same_rows(
            expected, by_port(both, after.ports()), after.ports(),
            "a restart behind step " + std::to_string(cut) + " of " + std::to_string(steps.size()));
    }
}

void check_memory(Conformance& run, const Steps& steps, const std::vector<Batch>& expected) {
    switch (run.fresh<Transform>()->memory()) {
        case Memory::none:
            run.check(
                "a transform without memory (Memory::none) starts anew in mid-stream and gives "
                "the same rows",
                [&] { check_restart(run, steps, expected, false); });
            break;
        case Memory::restored:
            run.check("snapshot() and restore() in mid-stream change nothing",
                      [&] { check_restart(run, steps, expected, true); });
            run.check("restore() refuses an empty state with a tsflow::Error", [&] {
                Fed fed{run};
                fed.feed(steps);
                if (!state_of(fed.transform()).empty()) {
                    Fed fresh{run};
                    expect_refuses_empty_state(
                        [&fresh](StateReader& empty) { fresh.transform().restore(empty); });
                }
            });
            break;
        case Memory::lost:
            break;
    }
}

void check_cancelled(Conformance& run, const Steps& steps) {
    run.check("Cancelled passes through a transform unchanged", [&] {
        Fed fed{run};
        fed.recorder().cancel_after(0);
        try {
            fed.feed(steps);
            fed.finish();
        } catch (const Cancelled&) {
            return;
        }
        Conformance::expect(!fed.recorder().cancelled(),
                            "emit() threw it, and it did not come out of the transform's call");
    });
}

}  // namespace

void check_transform(Conformance& run) {
    run.check("bind() gives the same, complete ports each time", [&run] {
        const Ports ports = run.fresh<Transform>()->bind(sample_input(run.sample()));
        expect_ports(ports);
        const Ports again = run.fresh<Transform>()->bind(sample_input(run.sample()));
        Conformance::expect(ports.size() == again.size(), "a second node has other ports");
        for (std::size_t i = 0; i < ports.size(); ++i) {
            Conformance::expect(
                ports[i].name == again[i].name && same(ports[i].schema, again[i].schema),
                "port '" + ports[i].name + "' of a second node is another one");
        }
    });
    run.check("finish() without input is safe", [&run] { Fed{run}.finish(); });

    const std::vector<Batch>& batches = run.sample().batches;
    const Steps steps = make_steps(batches, Batching::as_given);
    const Steps single_rows = make_steps(batches, Batching::single_rows);
    std::optional<std::vector<Batch>> expected;
    run.check("a transform takes the sample's batches", [&] { expected = whole_run(run, steps); });
    if (!expected) {
        return;
    }
    const Ports ports = run.fresh<Transform>()->bind(sample_input(run.sample()));
    run.check("a second node gives the same rows",
              [&] { expect_same_rows(*expected, whole_run(run, steps), ports, "a second node"); });
    run.check("splitting batches changes nothing", [&] {
        expect_same_rows(*expected, whole_run(run, single_rows), ports, "the split input");
    });
    run.check("batches without rows change nothing", [&] {
        const Steps with_empty = make_steps(batches, Batching::with_empty_batches);
        expect_same_rows(*expected, whole_run(run, with_empty), ports, "the input with empty ones");
    });
    check_memory(run, single_rows, *expected);
    check_cancelled(run, steps);
}

}  // namespace tsflow::testing
