#include <memory>
#include <string>

#include "testing/conformance.hpp"
#include "testing/opened.hpp"
#include "tsflow/error.hpp"

namespace tsflow::testing {
namespace {

using Target = Conformance::Target;

/// A sink, bound and opened.
class Written {
public:
    explicit Written(Conformance& run, Target target = Target::reset)
        : sink_(bound(run, target)), opened_(*sink_, context_), batches_(run.sample().batches) {}

    void write_all() {
        for (const Batch& batch : batches_) {
            sink_->write(batch);
        }
    }
    void write_rows() {
        for (const Batch& batch : batches_) {
            for (std::size_t row = 0; row < batch.rows(); ++row) {
                sink_->write(batch.slice(row, 1));
            }
        }
    }
    void write_nothing() { sink_->write(batches_.front().slice(0, 0)); }
    /// Returns the state that restore() needs.
    std::string commit(std::uint64_t id) {
        StateWriter state;
        sink_->commit(Checkpoint{id, "position " + std::to_string(id)}, state);
        return state.bytes();
    }
    void restore(const std::string& bytes) {
        StateReader reader{bytes};
        sink_->restore(reader);
    }
    Sink& sink() { return *sink_; }

private:
    static std::unique_ptr<Sink> bound(Conformance& run, Target target) {
        std::unique_ptr<Sink> sink = run.fresh<Sink>(target);
        sink->bind(sample_input(run.sample()));
        return sink;
    }

    std::unique_ptr<Sink> sink_;
    TestContext context_;
    Opened opened_;
    const std::vector<Batch>& batches_;
};

std::string write_and_commit(Conformance& run, std::uint64_t id = 1) {
    Written written{run};
    written.write_all();
    return written.commit(id);
}

void check_commits(Conformance& run) {
    run.check("a sink takes the sample's batches", [&run] { write_and_commit(run); });
    run.check("a sink takes batches of one row and of none", [&run] {
        Written written{run};
        written.write_nothing();
        written.write_rows();
        written.write_nothing();
        written.commit(1);
    });
    run.check("commit() without rows works", [&run] { Written{run}.commit(1); });
    run.check("commit() works twice, with and without rows between", [&run] {
        Written written{run};
        written.write_all();
        written.commit(1);
        written.commit(2);
        written.write_all();
        written.commit(3);
    });
    run.check("commit() works for a host that keeps no checkpoints (id 0)", [&run] {
        Written written{run};
        written.write_all();
        written.commit(0);
        written.write_all();
        written.commit(0);
    });
    run.check("close() without a last commit() is safe", [&run] { Written{run}.write_all(); });
}

void check_restores(Conformance& run) {
    run.check("a fresh sink goes on behind a commit", [&run] {
        const std::string state = write_and_commit(run);
        Written again{run, Target::kept};
        again.restore(state);
        again.write_all();
        again.commit(2);
    });
    run.check("a restored sink commits before its first batch, and is restored from that", [&run] {
        const std::string state = write_and_commit(run);
        std::string again;
        {
            Written restored{run, Target::kept};
            restored.restore(state);
            again = restored.commit(2);
        }
        Written last{run, Target::kept};
        last.restore(again);
        last.write_all();
        last.commit(3);
    });
    run.check("a fresh sink goes on behind a commit that more rows followed", [&run] {
        std::string state;
        {
            Written written{run};
            written.write_all();
            state = written.commit(1);
            written.write_all();
        }
        Written again{run, Target::kept};
        again.restore(state);
        again.write_all();
        again.commit(2);
    });
    run.check("a fresh sink goes back to the commit before the last", [&run] {
        std::string state;
        {
            Written written{run};
            written.write_all();
            state = written.commit(1);
            written.write_all();
            written.commit(2);
        }
        Written again{run, Target::kept};
        again.restore(state);
        again.write_all();
        again.commit(2);
    });
    run.check("restore() refuses an empty state with a tsflow::Error", [&run] {
        if (!write_and_commit(run).empty()) {
            Written again{run, Target::kept};
            expect_refuses_empty_state(
                [&again](StateReader& empty) { again.sink().restore(empty); });
        }
    });
    run.check("restore() refuses a target that lost what was committed with a tsflow::Error",
              [&run] {
                  if (!run.sample().reset || run.fresh<Sink>()->repeats() != Repeats::removed) {
                      return;
                  }
                  const std::string state = write_and_commit(run);
                  Written emptied{run, Target::reset};
                  try {
                      emptied.restore(state);
                  } catch (const Error&) {
                      return;
                  }
                  Conformance::expect(false, "it accepted a target that reset() had emptied");
              });
}

}  // namespace

void check_sink(Conformance& run) {
    run.check("a sink can be bound twice over", [&run] {
        run.fresh<Sink>()->bind(sample_input(run.sample()));
        run.fresh<Sink>()->bind(sample_input(run.sample()));
    });
    check_commits(run);
    check_restores(run);
}

}  // namespace tsflow::testing
