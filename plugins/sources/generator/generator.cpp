#include "generator.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "market/bar.hpp"
#include "tsflow/context.hpp"
#include "tsflow/error.hpp"
#include "tsflow/plugin.hpp"
#include "tsflow/state.hpp"

namespace tsflow::generator {

namespace {

constexpr double batches_per_second = 10;  // when paced, as long as batch_rows allows

/// How many rows fit before timestamps end, in 2262.
std::uint64_t most_rows(const Generator::Config& config) {
    const auto bars =
        static_cast<std::uint64_t>((Timestamp::max() - config.start) / config.interval);
    const auto symbols = static_cast<std::uint64_t>(config.symbols);
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
    return bars > most / symbols ? most : bars * symbols;
}

Walk::Settings settings_of(const Generator::Config& config) {
    return {static_cast<std::uint64_t>(config.seed),
            static_cast<std::size_t>(config.symbols),
            config.start,
            config.interval,
            config.price,
            config.volatility};
}

}  // namespace

void Generator::describe(Options<Config>& options) {
    options.optional("seed", &Config::seed, "Another seed makes other prices");
    options.optional("rows", &Config::rows, "How many rows to make; 0 goes on until it is stopped")
        .at_least(0)
        .in("rows");
    options
        .optional("rate", &Config::rate, "Rows per second; 0 makes them as fast as they are taken")
        .range(0, 1e9)
        .in("rows/s");
    options.optional("symbols", &Config::symbols, "How many symbols there are")
        .range(1, 1'000'000)
        .in("symbols");
    options.optional("start", &Config::start, "Timestamp of the first bar").at_least(0);
    options.optional("interval", &Config::interval, "Length of a bar").at_least(1);
    options
        .optional("batch_rows", &Config::batch_rows,
                  "Most rows of a batch; with `rate` fewer, so that ten batches come a second")
        .range(1, 1'000'000)
        .in("rows");
    options
        .optional("price", &Config::price,
                  "Average price that the symbols start from and stay near")
        .range(0.02, 1e9)
        .in("USD");
    options
        .optional("volatility", &Config::volatility, "Standard deviation of the return of one bar")
        .range(0, 0.2)
        .in("fraction");
    options.check([](const Config& config, OptionProblems& problems) {
        if (static_cast<std::uint64_t>(config.rows) > most_rows(config)) {
            problems.push_back(
                {"rows", "`rows` is " + std::to_string(config.rows) +
                             ", and bars of these options reach the end of timestamps, in 2262, "
                             "after " +
                             std::to_string(most_rows(config)) +
                             " rows; take a shorter `interval` or more `symbols`"});
        }
    });
}

Generator::Generator(Config config)
    : config_(std::move(config)),
      end_(config_.rows > 0 ? static_cast<std::uint64_t>(config_.rows) : most_rows(config_)),
      batch_rows_(static_cast<std::uint64_t>(config_.batch_rows)),
      rows_(market::bar_schema()) {
    if (config_.rate > 0) {
        const double share = std::ceil(config_.rate / batches_per_second);
        batch_rows_ = std::min(batch_rows_, static_cast<std::uint64_t>(share));
    }
}

Ports Generator::outputs() const {
    return single(market::bar_schema());
}

void Generator::open(Context& context) {
    context_ = &context;
    walk_.emplace(settings_of(config_));
    paced_since_.reset();
}

Poll Generator::poll(Emitter& out, Millis max_wait) {
    const std::uint64_t left = end_ - walk_->row();
    if (left == 0) {
        return Poll::done;
    }
    const std::uint64_t count = std::min(left, batch_rows_);
    if (config_.rate > 0 && !wait_until_due(walk_->row() + count, max_wait)) {
        return Poll::idle;
    }
    walk_->append(count, rows_);
    out.emit(rows_.finish());
    out.watermark(walk_->time());
    return Poll::more;
}

/// True when the pace allows `rows` rows to have been made in all; waits for that, but not for long.
/// A reader that fell behind catches up, since the pace is that of the whole run.
bool Generator::wait_until_due(std::uint64_t rows, Millis max_wait) {
    using Nanos = std::chrono::duration<double, std::nano>;
    if (!paced_since_) {
        paced_since_ = context_->clock().now();
        paced_from_ = walk_->row();
    }
    const std::chrono::duration<double> pace(static_cast<double>(rows - paced_from_) /
                                             config_.rate);
    const auto due_in = [&] {
        return Nanos{pace} - Nanos{context_->clock().now() - *paced_since_};
    };
    Nanos wait = due_in();
    if (wait > Nanos{0} && max_wait > Millis{0}) {
        const Nanos step = std::min(wait, Nanos{max_wait});
        context_->sleep_for(std::chrono::ceil<Duration>(step));
        wait = due_in();
    }
    return wait <= Nanos{0};
}

void Generator::position(StateWriter& state) const {
    state.integer(config_.seed);
    state.integer(static_cast<std::int64_t>(walk_->row()));
    state.integer(config_.symbols);
    for (const std::int64_t price : walk_->prices()) {
        state.integer(price);
    }
}

void Generator::resume(StateReader& state) {
    const std::int64_t seed = state.integer();
    const std::int64_t row = state.integer();
    const std::int64_t symbols = state.integer();
    if (seed != config_.seed || symbols != config_.symbols) {
        throw Error("The saved position was made with seed = " + std::to_string(seed) +
                    " and symbols = " + std::to_string(symbols) + ", and now they are " +
                    std::to_string(config_.seed) + " and " + std::to_string(config_.symbols) +
                    ". Set them back, or start without the saved state.");
    }
    if (static_cast<std::uint64_t>(row) > end_) {
        throw Error("The saved position is behind row " + std::to_string(row) +
                    ", and now `rows` is " + std::to_string(config_.rows) +
                    ". Set it to that at least, or start without the saved state.");
    }
    std::vector<std::int64_t> prices;
    for (std::int64_t i = 0; i < symbols; ++i) {
        prices.push_back(state.integer());
    }
    walk_->restore(static_cast<std::uint64_t>(row), std::move(prices));
}

std::optional<Progress> Generator::progress() const {
    if (config_.rows == 0) {
        return std::nullopt;
    }
    return Progress{walk_->row(), end_};
}

}  // namespace tsflow::generator

TSFLOW_PLUGIN("generator", "0.1.0") {
    plugin.add<tsflow::generator::Generator>();
}
