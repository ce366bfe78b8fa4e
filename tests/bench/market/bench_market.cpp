// What a minute of a whole market costs the nodes that every other analytic builds on: 10,000 bars at once
// through breadth and day_state with what goes out, the pass that makes the minute final, and one correction.
// Prices wander at random; each symbol has a year of sessions behind it.

#include <algorithm>
#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "measure.hpp"
#include "plugins/load_plugins.hpp"
#include "plugins/registry.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/testing.hpp"

namespace tsflow::bench {
namespace {

constexpr std::size_t symbols = 10'000;
constexpr int sessions = 260;
constexpr int minutes = 60;
constexpr int corrections = 2'000;

/// Takes the rows and forgets them, as a queue to another stage would take them.
class Discarding final : public Emitter {
public:
    void emit(Batch batch, std::size_t) override { rows += batch.rows(); }
    void watermark(Timestamp) override {}
    std::size_t rows = 0;
};

class Market {
public:
    Market()
        : builder_(testing::schema(
              "symbol:symbol/key timestamp:timestamp/key/event_time open:float64[USD] "
              "high:float64[USD] low:float64[USD] close:float64[USD] volume:float64[shares]")),
          prices_(symbols, 100.0) {
        for (std::size_t i = 0; i < symbols; ++i) {
            names_.push_back(Symbol::intern("S" + std::to_string(i)));
        }
    }

    const SchemaPtr& schema() const { return builder_.schema(); }
    /// A bar of every symbol, of the window that starts at `time`, in an order of its own.
    Batch bars(Timestamp time) {
        std::vector<std::size_t> order(symbols);
        for (std::size_t i = 0; i < symbols; ++i) {
            order[i] = i;
        }
        std::shuffle(order.begin(), order.end(), random_);
        for (const std::size_t i : order) {
            add(i, time);
        }
        return builder_.finish();
    }
    Batch bar(std::size_t symbol, Timestamp time) {
        add(symbol, time);
        return builder_.finish();
    }

private:
    void add(std::size_t symbol, Timestamp time) {
        const double open = prices_[symbol];
        const double close = open * (1 + 0.002 * (uniform_(random_) - 0.5));
        prices_[symbol] = close;
        builder_.push(0, names_[symbol]);
        builder_.push(1, time);
        builder_.push(2, open);
        builder_.push(3, std::max(open, close) * 1.0005);
        builder_.push(4, std::min(open, close) * 0.9995);
        builder_.push(5, close);
        builder_.push(6, 100.0 + 1000 * uniform_(random_));
    }

    BatchBuilder builder_;
    std::vector<Symbol> names_;
    std::vector<double> prices_;
    std::mt19937 random_{1};
    std::uniform_real_distribution<double> uniform_{0, 1};
};

struct Cost {
    double burst = 0, final_pass = 0, correction = 0;
};

Cost measure(const NodeType& type) {
    const std::unique_ptr<Node> node = testing::make_node(type, "");
    auto& transform = dynamic_cast<Transform&>(*node);
    Market market;
    testing::TestContext context;
    Discarding out;
    transform.bind({{"bars", market.schema()}, {"daily", market.schema()}});
    transform.open(context);
    const Timestamp today = *parse_timestamp("2016-04-15T13:30:00Z");
    for (int day = sessions; day > 0; --day) {
        // Days without a session are refused, which costs nothing that is measured.
        transform.process_input(
            1, market.bars(*parse_timestamp("2016-04-15") - std::chrono::hours{24 * day}), out);
    }
    transform.finish_input(1, out);
    context.clock_.advance(today - context.clock_.now());

    std::vector<double> bursts, passes;
    for (int minute = 0; minute < minutes; ++minute) {
        const Batch batch = market.bars(today + std::chrono::minutes{minute});
        context.clock_.advance(std::chrono::minutes{1});
        bursts.push_back(seconds([&] {
            transform.process_input(0, batch, out);
            transform.tick(out);
        }));
        if (minute >= 15) {
            passes.push_back(seconds(
                [&] { transform.advance(today + std::chrono::minutes{minute - 14}, out); }));
        }
    }
    std::vector<double> again;
    std::mt19937 random(2);
    for (int i = 0; i < corrections; ++i) {
        const Batch batch =
            market.bar(random() % symbols, today + std::chrono::minutes{random() % minutes});
        again.push_back(seconds([&] {
            transform.process_input(0, batch, out);
            transform.tick(out);
        }));
    }
    transform.close();
    return {median(bursts), median(passes), median(again)};
}

int bench() {
    PluginSearch search;
    search.required = {TSFLOW_PLUGINS};
    search.inspector = TSFLOW_PROGRAM;
    const Registry registry = load_plugins(search);
    Cost sum;
    for (const char* name : {"breadth", "day_state"}) {
        const RegisteredType* type = registry.find(name);
        if (type == nullptr) {
            std::fprintf(stderr, "there is no plugin '%s' in %s\n", name, TSFLOW_PLUGINS);
            return 1;
        }
        const Cost cost = measure(type->type);
        report_plain(std::string{name} + ": 10,000 bars and what goes out", cost.burst * 1e3, "ms");
        report_plain(std::string{name} + ": a minute of them made final", cost.final_pass * 1e3,
                     "ms");
        report_plain(std::string{name} + ": a correction and its row", cost.correction * 1e6, "µs");
        sum.burst += cost.burst;
        sum.correction += cost.correction;
    }
    report("both: 10,000 bars and what goes out", sum.burst * 1e3, "ms", 10, false);
    report("both: a correction and its row", sum.correction * 1e6, "µs", 50, false);
    return all_met() ? 0 : 1;
}

}  // namespace
}  // namespace tsflow::bench

int main() {
    return tsflow::bench::bench();
}
