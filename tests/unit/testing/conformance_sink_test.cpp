#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "flawed.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::testing;
using flawed::joined;

namespace {

enum class Flaw {
    nothing,
    bind_throws,
    one_commit_only,
    commit_needs_rows,
    commit_needs_id,
    no_single_rows,
    no_empty_batches,
    restores_only_the_last,
    restore_closes,
    no_commit_behind_restore,
    accepts_empty_state,
    accepts_lost_target,
};

/// What the subject writes to: it outlives the nodes, as a file does.
std::vector<double> target;

/// Appends values to the target, that the flaw makes wrong in one way.
template <Flaw flaw>
class Append final : public Sink {
public:
    static constexpr std::string_view name = "append";
    static constexpr std::string_view doc = "Appends values.";
    using Config = flawed::NoConfig;
    static void describe(Options<Config>&) {}
    explicit Append(Config) {}

    void bind(const Ports& inputs) override {
        column_ = only(inputs)->require("value", Type::float64);
        if (flaw == Flaw::bind_throws) {
            throw ConfigError("table", "there is no such table");
        }
    }
    void write(const Batch& batch) override {
        if (restored_ && flaw == Flaw::restore_closes) {
            throw Error("not open");
        }
        if ((flaw == Flaw::no_single_rows && batch.rows() == 1) ||
            (flaw == Flaw::no_empty_batches && batch.empty())) {
            throw Error("too few rows");
        }
        for (const double value : batch.column<double>(column_)) {
            target.push_back(value);
        }
        ++writes_;
    }
    void commit(const Checkpoint& checkpoint, StateWriter& state) override {
        ++commits_;
        if ((flaw == Flaw::one_commit_only && commits_ > 1) ||
            (flaw == Flaw::commit_needs_rows && writes_ == 0) ||
            (flaw == Flaw::no_commit_behind_restore && restored_ && writes_ == 0) ||
            (flaw == Flaw::commit_needs_id && checkpoint.id == 0)) {
            throw Error("nothing to commit");
        }
        state.integer(static_cast<std::int64_t>(target.size()));
    }
    void restore(StateReader& state) override {
        if (flaw == Flaw::accepts_empty_state && state.at_end()) {
            return;
        }
        const auto size = static_cast<std::size_t>(state.integer());
        if (flaw == Flaw::accepts_lost_target && target.size() < size) {
            return;
        }
        if (target.size() < size) {
            throw Error("the target lost rows");
        }
        if (flaw == Flaw::restores_only_the_last && target.size() != size) {
            throw Error("the target moved on");
        }
        target.resize(size);
        restored_ = true;
    }
    Repeats repeats() const noexcept override { return Repeats::removed; }

private:
    std::size_t column_ = 0;
    int writes_ = 0;
    int commits_ = 0;
    bool restored_ = false;
};

template <Flaw flaw>
std::string broken() {
    Sample sample = flawed::sample_rows();
    sample.reset = [] { target.clear(); };
    return joined(conformance<Append<flaw>>(sample));
}

}  // namespace

TEST_CASE("a sink that keeps its promises passes") {
    CHECK(broken<Flaw::nothing>() == "");
}

TEST_CASE("each broken promise of a sink is found and told") {
    CHECK_THAT(broken<Flaw::bind_throws>(), Catch::Contains("there is no such table"));
    CHECK_THAT(broken<Flaw::one_commit_only>(),
               Catch::Contains("commit() works twice, with and without rows between"));
    CHECK_THAT(broken<Flaw::commit_needs_rows>(),
               Catch::Contains("commit() without rows works: the node threw 'nothing to commit'"));
    CHECK_THAT(broken<Flaw::commit_needs_id>(), Catch::Contains("keeps no checkpoints (id 0)"));
    CHECK_THAT(broken<Flaw::no_single_rows>(),
               Catch::Contains("a sink takes batches of one row and of none: the node threw"));
    CHECK_THAT(broken<Flaw::no_empty_batches>(),
               Catch::Contains("a sink takes batches of one row and of none: the node threw"));
    CHECK_THAT(broken<Flaw::restores_only_the_last>(),
               Catch::Contains("goes on behind a commit that more rows followed: the node threw"));
    CHECK_THAT(broken<Flaw::restore_closes>(),
               Catch::Contains("a fresh sink goes on behind a commit: the node threw 'not open'"));
    CHECK_THAT(broken<Flaw::no_commit_behind_restore>(),
               Catch::Contains("a restored sink commits before its first batch, and is restored "
                               "from that: the node threw"));
    CHECK_THAT(broken<Flaw::accepts_empty_state>(),
               Catch::Contains("restore() refuses an empty state with a tsflow::Error"));
    CHECK_THAT(broken<Flaw::accepts_lost_target>(),
               Catch::Contains("restore() refuses a target that lost what was committed"));
}
