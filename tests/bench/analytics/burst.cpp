// A minute of a whole market through all analytics of pipelines/market_state.toml: 10,000 bars at once with
// all rows that go out, a correction, the pass that makes a minute final, and what all nodes together keep of a
// symbol after a full session. The same figures, from the same bars, by one pass of DuckDB and by pandas.

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <malloc.h>

#include "analytics.hpp"
#include "calendar/calendar.hpp"
#include "market.hpp"
#include "measure.hpp"
#include "passes.hpp"
#include "plugins/load_plugins.hpp"
#include "plugins/registry.hpp"
#include "tsflow/error.hpp"
#include "tsflow/testing.hpp"

namespace tsflow::bench {
namespace {

constexpr std::size_t symbols = 10'000;
constexpr int sessions = 260;
constexpr int measured_minutes = 60;
constexpr int session_minutes = 390;
constexpr int corrections = 2'000;

/// Of this thread's work: the machine may have others.
double cpu_seconds(const std::function<void()>& work) {
    const auto now = [] {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
    };
    const double start = now();
    work();
    return now() - start;
}

std::size_t bytes_in_use() {
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/// Takes what goes out, by port, as a queue to another stage would; the newest batch of each.
class Outputs final : public Emitter {
public:
    void emit(Batch batch, std::size_t port) override {
        newest.insert_or_assign(port, std::move(batch));
    }
    void watermark(Timestamp) override {}
    std::map<std::size_t, Batch> newest;
};

std::int64_t count_in(const Batch& batch, const char* column) {
    return batch.column<std::int64_t>(batch.schema()->index(column))[0];
}

/// One node of the pipeline, and what its parts of the work took.
struct Running {
    std::string name;
    std::unique_ptr<Node> node;
    Outputs out;
    std::vector<double> burst, pass, correction, rest;

    Transform& transform() { return dynamic_cast<Transform&>(*node); }
};

class Pipeline {
public:
    Pipeline(const Registry& registry, const Market& market, const std::string& sectors) {
        const std::string sector_file = fmt::format("sectors = '{}'\n", sectors);
        const std::pair<const char*, std::string> parts[] = {
            {"day_state", ""},
            {"breadth", ""},
            {"threshold_bars", "threshold = 0.02\n"},
            {"rankings", "rank_by = ['ret_1', 'ret_15m', 'rs_score']\ntop = 10\n"},
            {"sectors", sector_file},
            {"stages", sector_file}};
        for (const auto& [name, toml] : parts) {
            Running& one = add(registry, name, toml);
            one.transform().bind({{"bars", market.schema()}, {"daily", market.schema()}});
            one.transform().open(context);
        }
        Transform& breadth = nodes[1].transform();
        mood_ = testing::make_node(type(registry, "sentiment"), "");
        const Ports ports = breadth.bind({{"bars", market.schema()}, {"daily", market.schema()}});
        dynamic_cast<Transform&>(*mood_).bind({{"ad", ports[0].schema},
                                               {"ma", ports[1].schema},
                                               {"hl", ports[2].schema},
                                               {"osc", ports[3].schema}});
        dynamic_cast<Transform&>(*mood_).open(context);
    }

    void daily(const Batch& batch) {
        for (Running& one : nodes) {
            one.transform().process_input(1, batch, one.out);
        }
    }
    void finish_daily() {
        for (Running& one : nodes) {
            one.transform().finish_input(1, one.out);
        }
    }
    /// Bars with all that goes out for them, sentiment included.
    double take(const Batch& batch, std::vector<double> Running::*costs) {
        double sum = 0;
        for (Running& one : nodes) {
            const double cost = cpu_seconds([&] {
                one.transform().process_input(0, batch, one.out);
                one.transform().tick(one.out);
                if (one.name == "breadth") {
                    feel(one.out);
                }
            });
            (one.*costs).push_back(cost);
            sum += cost;
            one.out.newest.clear();
        }
        return sum;
    }
    /// Bars alone, without a publication.
    double put(const Batch& batch, std::vector<double> Running::*costs) {
        double sum = 0;
        for (Running& one : nodes) {
            const double cost =
                cpu_seconds([&] { one.transform().process_input(0, batch, one.out); });
            (one.*costs).push_back(cost);
            sum += cost;
        }
        return sum;
    }
    double watermark(Timestamp time) {
        double sum = 0;
        for (Running& one : nodes) {
            const double cost = cpu_seconds([&] { one.transform().advance(time, one.out); });
            one.out.newest.clear();
            one.pass.push_back(cost);
            sum += cost;
        }
        return sum;
    }

    testing::TestContext context;
    std::vector<Running> nodes;
    Counts counts;  ///< of the newest publication

private:
    static const NodeType& type(const Registry& registry, const char* name) {
        const RegisteredType* found = registry.find(name);
        if (found == nullptr) {
            throw Error(fmt::format("there is no plugin '{}' in {}", name, TSFLOW_PLUGINS));
        }
        return found->type;
    }
    Running& add(const Registry& registry, const char* name, const std::string& toml) {
        Running& one = nodes.emplace_back();
        one.name = name;
        one.node = testing::make_node(type(registry, name), toml);
        return one;
    }
    void feel(Outputs& breadth) {
        for (auto& [port, batch] : breadth.newest) {
            dynamic_cast<Transform&>(*mood_).process_input(port, batch, mood_out_);
        }
        for (const char* column : {"adv", "dec", "unch"}) {
            counts[column] = count_in(breadth.newest.at(0), column);
        }
        for (const char* column : {"new_high", "new_low"}) {
            counts[column] = count_in(breadth.newest.at(2), column);
        }
    }

    std::unique_ptr<Node> mood_;
    Outputs mood_out_;
};

/// Eleven sectors, in turn.
std::string write_sectors(const Market& market) {
    const std::string path = (scratch() / "sectors.csv").string();
    std::ofstream file(path);
    file << "symbol,sector\n";
    for (std::size_t i = 0; i < market.size(); ++i) {
        file << market.name(i) << ",sector" << i % 11 << "\n";
    }
    return path;
}

void report_parts(const Pipeline& pipeline) {
    for (const Running& one : pipeline.nodes) {
        report_plain("  " + one.name + ": bars and what goes out", median(one.burst) * 1e3, "ms");
        report_plain("  " + one.name + ": a minute of them made final", median(one.pass) * 1e3,
                     "ms");
        report_plain("  " + one.name + ": a correction", median(one.correction) * 1e6, "µs");
    }
}

}  // namespace

bool burst() {
    PluginSearch search;
    search.required = {TSFLOW_PLUGINS};
    search.inspector = TSFLOW_PROGRAM;
    const Registry registry = load_plugins(search);
    Market market(symbols);
    Passes passes(scratch());
    const std::string sectors = write_sectors(market);
    const std::size_t before = bytes_in_use();
    Pipeline pipeline(registry, market, sectors);

    const Timestamp today = *parse_timestamp("2016-04-15T13:30:00Z");
    const auto days = tsflow::market::Calendar::us_equities().trading_days(
        *parse_date("2015-01-02"), *parse_date("2016-04-14"));
    for (auto day = days.end() - sessions; day != days.end(); ++day) {
        const Batch batch = market.bars(Timestamp{std::chrono::sys_days{*day}});
        passes.add_history(batch);
        pipeline.daily(batch);
    }
    pipeline.finish_daily();
    auto& clock = pipeline.context.clock_;
    clock.advance(today - clock.now());

    std::vector<double> bursts, finals, again;
    const auto at = [today](int minute) { return today + std::chrono::minutes{minute}; };
    for (int minute = 0; minute < measured_minutes; ++minute) {
        const Batch batch = market.bars(at(minute));
        passes.add_minute(batch);
        clock.advance(std::chrono::minutes{1});
        bursts.push_back(pipeline.take(batch, &Running::burst));
        if (minute >= 15) {
            finals.push_back(pipeline.watermark(at(minute - 14)));
        }
    }
    const Counts counts = pipeline.counts;
    std::mt19937 random(2);
    for (int i = 0; i < corrections; ++i) {
        const Batch batch =
            market.bar(random() % symbols, at(static_cast<int>(random() % measured_minutes)));
        again.push_back(pipeline.put(batch, &Running::correction));
    }
    for (int minute = measured_minutes; minute < session_minutes; ++minute) {
        clock.advance(std::chrono::minutes{1});
        pipeline.put(market.bars(at(minute)), &Running::rest);
        pipeline.watermark(at(minute - 14));
    }
    const double kilobytes =
        static_cast<double>(bytes_in_use() - before) / 1024 / static_cast<double>(symbols);

    report_parts(pipeline);
    const double whole = median(bursts);
    report("all analytics: 10,000 bars and what goes out", whole * 1e3, "ms", 25, false);
    report_plain("all analytics: a minute of them made final", median(finals) * 1e3, "ms");
    report("all analytics: a correction", median(again) * 1e6, "µs", 100, false);
    report("all analytics: state of a symbol after a session", kilobytes, "KB", 30, false);
    return passes.compare(whole, counts);
}

}  // namespace tsflow::bench
