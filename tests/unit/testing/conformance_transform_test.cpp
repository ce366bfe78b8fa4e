#include <catch2/catch.hpp>
#include <string>
#include <utility>

#include "flawed.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::testing;
using flawed::joined;
using flawed::sample_rows;

namespace {

enum class Flaw {
    nothing,
    close_needs_open,
    open_throws,
    finish_needs_input,
    other_schema,
    unknown_port,
    watermark_goes_back,
    row_behind_watermark,
    counts_batches,
    trips_over_empty_batches,
    remembers_across_nodes,
    forgets_on_restore,
    forgets_on_second_restore,
    claims_no_memory,
    accepts_empty_state,
    swallows_cancelled,
    ports_differ,
    duplicate_ports,
};

/// A running sum over all rows, `sum:float64`, that the flaw makes wrong in one way.
template <Flaw flaw>
class Sum final : public Transform {
public:
    static constexpr std::string_view name = "sum";
    static constexpr std::string_view doc = "Adds up a column.";
    using Config = flawed::NoConfig;
    static void describe(Options<Config>&) {}
    explicit Sum(Config) {}

    Ports bind(const Ports& inputs) override {
        value_ = only(inputs)->require("value", Type::float64);
        time_ = only(inputs)->require("time", Type::timestamp);
        static int binds = 0;
        const bool odd = flaw == Flaw::ports_differ && ++binds % 2 == 1;
        out_ = schema(odd ? "time:timestamp/event_time total:float64"
                          : "time:timestamp/event_time sum:float64");
        return flaw == Flaw::duplicate_ports ? Ports{{"out", out_}, {"out", out_}} : single(out_);
    }
    void open(Context& context) override {
        context_ = &context;
        if (flaw == Flaw::open_throws) {
            throw Error("no such server");
        }
    }
    void close() noexcept override {
        if (flaw == Flaw::close_needs_open && context_ == nullptr) {
            closed_unopened = true;
        }
    }
    void process(Batch batch, Emitter& out) override {
        seen_ = true;
        if (flaw == Flaw::trips_over_empty_batches && batch.empty()) {
            throw Error("no rows");
        }
        if (flaw == Flaw::counts_batches) {
            sum_ += 1;
        }
        static double carried = 0;
        if (flaw == Flaw::remembers_across_nodes) {
            sum_ = carried;
        }
        BatchBuilder rows{flaw == Flaw::other_schema
                              ? schema("time:timestamp/event_time sum:float64[USD]")
                              : out_};
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            sum_ += batch.column<double>(value_)[row];
            rows.push(0, batch.column<Timestamp>(time_)[row]);
            rows.push(1, sum_);
        }
        carried = sum_;
        try {
            out.emit(rows.finish(), flaw == Flaw::unknown_port ? 1 : 0);
        } catch (const Cancelled&) {
            if (flaw != Flaw::swallows_cancelled) {
                throw;
            }
        }
    }
    void advance(Timestamp time, Emitter& out) override {
        if (flaw == Flaw::row_behind_watermark && time != Timestamp::max()) {
            out.watermark(time + std::chrono::minutes{1});
            return;
        }
        out.watermark(time);
        if (flaw == Flaw::watermark_goes_back) {
            out.watermark(time - std::chrono::seconds{1});
        }
    }
    void finish(Emitter&) override {
        if (flaw == Flaw::finish_needs_input && !seen_) {
            throw Error("nothing came");
        }
    }
    Memory memory() const noexcept override {
        return flaw == Flaw::claims_no_memory ? Memory::none : Memory::restored;
    }
    void snapshot(StateWriter& state) const override {
        state.real(flaw == Flaw::forgets_on_second_restore ? sum_ - restored_ : sum_);
    }
    void restore(StateReader& state) override {
        if (flaw == Flaw::forgets_on_restore ||
            (flaw == Flaw::accepts_empty_state && state.at_end())) {
            return;
        }
        sum_ = restored_ = state.real();
    }

    static inline bool closed_unopened = false;

private:
    std::size_t value_ = 0;
    std::size_t time_ = 0;
    SchemaPtr out_;
    Context* context_ = nullptr;
    double sum_ = 0;
    double restored_ = 0;
    bool seen_ = false;
};

template <Flaw flaw>
std::string broken() {
    return joined(conformance<Sum<flaw>>(sample_rows()));
}

}  // namespace

TEST_CASE("a transform that keeps its promises passes") {
    CHECK(broken<Flaw::nothing>() == "");
}

TEST_CASE("close() is called without open()") {
    broken<Flaw::close_needs_open>();
    CHECK(Sum<Flaw::close_needs_open>::closed_unopened);
}

TEST_CASE("each broken promise of a transform is found and told") {
    CHECK_THAT(broken<Flaw::open_throws>(),
               Catch::Contains("opened and closed: the node threw 'no such server'"));
    CHECK_THAT(broken<Flaw::finish_needs_input>(),
               Catch::Contains("finish() without input is safe: the node threw 'nothing came'"));
    CHECK_THAT(broken<Flaw::other_schema>(),
               Catch::Contains("emitted batches have the port's schema: on port 'out'"));
    CHECK_THAT(broken<Flaw::unknown_port>(), Catch::Contains("it emitted on port 1 and has 1"));
    CHECK_THAT(broken<Flaw::watermark_goes_back>(),
               Catch::Contains("watermarks never go back: 2016-04-15T13:31:59Z came behind "
                               "2016-04-15T13:32:00Z"));
    CHECK_THAT(broken<Flaw::row_behind_watermark>(),
               Catch::Contains("a row of 2016-04-15T13:32:00Z came behind the watermark "
                               "2016-04-15T13:33:00Z"));
    CHECK_THAT(broken<Flaw::counts_batches>(),
               Catch::Contains("splitting batches changes nothing: on port 'out' the split input "
                               "gave row 2 is"));
    CHECK_THAT(broken<Flaw::trips_over_empty_batches>(),
               Catch::Contains("batches without rows change nothing: the node threw 'no rows'"));
    CHECK_THAT(broken<Flaw::remembers_across_nodes>(),
               Catch::Contains("a second node gives the same rows: on port 'out'"));
    CHECK_THAT(broken<Flaw::forgets_on_restore>(),
               Catch::Contains("snapshot() and restore() in mid-stream change nothing: on port"));
    CHECK_THAT(broken<Flaw::forgets_on_second_restore>(),
               Catch::Contains("snapshot() and restore() in mid-stream change nothing: on port"));
    CHECK_THAT(broken<Flaw::claims_no_memory>(), Catch::Contains("(Memory::none) starts anew"));
    CHECK_THAT(broken<Flaw::accepts_empty_state>(),
               Catch::Contains("restore() refuses an empty state with a tsflow::Error"));
    CHECK_THAT(broken<Flaw::swallows_cancelled>(),
               Catch::Contains("Cancelled passes through a transform unchanged: emit() threw it"));
    CHECK_THAT(broken<Flaw::ports_differ>(), Catch::Contains("port 'out' of a second node"));
    CHECK_THAT(broken<Flaw::duplicate_ports>(),
               Catch::Contains("there are two output ports 'out'"));
}

TEST_CASE("a sample without rows cannot be checked") {
    CHECK_THAT(joined(conformance<Sum<Flaw::nothing>>({})),
               Catch::Contains("the sample must hold batches with rows"));
}
