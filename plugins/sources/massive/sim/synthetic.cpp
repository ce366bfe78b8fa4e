#include <algorithm>
#include <chrono>
#include <cmath>
#include <unordered_map>

#include "bar_source.hpp"
#include "new_york.hpp"
#include "random.hpp"
#include "tsflow/time.hpp"

namespace tsflow::massive_sim {

namespace {

/// What is drawn for a ticker's minute, each from a hash of its own.
enum class Draw : std::uint64_t { base, busy, high, low, volume, missing, fractional };

constexpr double lowest_price = 8;
constexpr double highest_price = 600;
constexpr double volatility = 0.0006;  // of a minute, relative
constexpr double cents = 100;

double to_cents(double price) {
    return std::round(price * cents) / cents;
}

/// The tickers AAAA, AAAB, …
std::string made_up_ticker(std::size_t number) {
    constexpr std::size_t letters = 26;
    std::string ticker(4, 'A');
    for (std::size_t place = ticker.size(); place-- > 0; number /= letters) {
        ticker[place] = static_cast<char>('A' + number % letters);
    }
    return ticker;
}

bool is_ticker(std::string_view text) {
    constexpr std::size_t longest = 20;
    constexpr std::string_view allowed =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_/:";
    return !text.empty() && text.size() <= longest &&
           text.find_first_not_of(allowed) == std::string_view::npos;
}

class Synthetic final : public BarSource {
public:
    explicit Synthetic(const SimulatorOptions& options) : options_(options) {
        is_open_ = options.symbols.empty() && options.symbol_count == 0;
        for (const std::string& ticker : options.symbols) {
            add(ticker);
        }
        for (std::int64_t i = 0; i < options.symbol_count; ++i) {
            add(made_up_ticker(static_cast<std::size_t>(i)));
        }
        if (is_open_) {
            for (const char* ticker :
                 {"AAPL", "AMZN", "GOOGL", "META", "MSFT", "NFLX", "NVDA", "TSLA"}) {
                add(ticker);
            }
        }
    }

    std::optional<std::size_t> symbol(std::string_view ticker) override {
        const auto found = numbers_.find(std::string{ticker});
        if (found != numbers_.end()) {
            return found->second;
        }
        if (!is_open_ || !is_ticker(ticker)) {
            return std::nullopt;
        }
        return add(std::string{ticker});
    }

    std::optional<Bar> bar(std::size_t symbol, std::int64_t minute) const override {
        const std::uint64_t hash = hashes_[symbol];
        if (!is_trading(minute) ||
            (options_.missing_percent > 0 &&
             happens(draw(hash, minute, Draw::missing), options_.missing_percent))) {
            return std::nullopt;
        }
        Bar bar{.minute = minute, .open = price(hash, minute), .close = price(hash, minute + 1)};
        const double reach = std::max(bar.open, bar.close) * volatility;
        const auto wick = [&](Draw which) {
            const double drawn = fraction(draw(hash, minute, which));
            return to_cents(reach * drawn * drawn * 2);
        };
        bar.high = to_cents(std::max(bar.open, bar.close) + wick(Draw::high));
        bar.low = to_cents(std::min(bar.open, bar.close) - wick(Draw::low));
        bar.volume = volume(hash, minute);
        constexpr double shares_a_trade = 60;
        bar.transactions = 1 + static_cast<std::int64_t>(bar.volume / shares_a_trade);
        return bar;
    }

    void bars(std::size_t symbol, std::int64_t first, std::int64_t last,
              std::vector<Bar>& out) const override {
        for (std::int64_t minute = std::max(first, history_begin()); minute <= last; ++minute) {
            if (const auto found = bar(symbol, minute)) {
                out.push_back(*found);
            }
        }
    }

    std::optional<std::int64_t> next_minute(std::int64_t minute) const override {
        while (!is_trading(minute)) {
            ++minute;
        }
        return minute;
    }

    std::int64_t first_minute() const override {
        if (!options_.start.empty()) {
            return std::chrono::floor<std::chrono::minutes>(*parse_timestamp(options_.start))
                .time_since_epoch()
                .count();
        }
        return std::chrono::floor<std::chrono::minutes>(std::chrono::system_clock::now())
            .time_since_epoch()
            .count();
    }

    std::int64_t history_begin() const override {
        if (!begin_) {
            begin_ = first_minute() - options_.history_minutes;
        }
        return *begin_;
    }

private:
    std::size_t add(std::string ticker) {
        const std::size_t number = symbols_.size();
        if (numbers_.try_emplace(ticker, number).second) {
            hashes_.push_back(mix(mix(static_cast<std::uint64_t>(options_.seed)), mix(ticker)));
            symbols_.push_back(std::move(ticker));
        }
        return number;
    }

    static std::uint64_t draw(std::uint64_t hash, std::int64_t minute, Draw which) {
        return mix(hash ^ static_cast<std::uint64_t>(which) << 56,
                   static_cast<std::uint64_t>(minute));
    }

    /// The price at the beginning of a minute: noise of several wave lengths, whose strengths make the
    /// sum look like a random walk although each minute can be had alone.
    static double price(std::uint64_t hash, std::int64_t minute) {
        constexpr int octaves = 11;
        double level = 0;
        double strength = volatility;
        for (int octave = 0; octave < octaves; ++octave, strength *= 2) {
            const int shift = 2 * octave;  // wave lengths 1, 4, 16, … minutes, to two years
            const std::int64_t knot = minute >> shift;
            const double part = static_cast<double>(minute - (knot << shift)) /
                                static_cast<double>(std::int64_t{1} << shift);
            const std::uint64_t salt = hash + static_cast<std::uint64_t>(octave);
            const double left = fraction(mix(salt, static_cast<std::uint64_t>(knot)));
            const double right = fraction(mix(salt, static_cast<std::uint64_t>(knot + 1)));
            level += strength * (left + (right - left) * part - 0.5);
        }
        const double base = lowest_price * std::pow(highest_price / lowest_price,
                                                    fraction(draw(hash, 0, Draw::base)));
        return to_cents(base * std::exp(level));
    }

    double volume(std::uint64_t hash, std::int64_t minute) const {
        const double busy = std::pow(10, 2 + 3 * fraction(draw(hash, 0, Draw::busy)));
        const double drawn = fraction(draw(hash, minute, Draw::volume));
        double shares = 1 + std::floor(busy * (0.2 + 3 * drawn * drawn * drawn));
        const std::uint64_t odd = draw(hash, minute, Draw::fractional);
        if (happens(odd, options_.fractional_percent)) {
            shares += static_cast<double>(1 + odd % 7) / 8;  // eighths add up without rounding
        }
        return shares;
    }

    bool is_trading(std::int64_t minute) const {
        if (options_.session == "all_day") {
            return true;
        }
        if (minute != asked_minute_) {
            const bool extended = options_.session == "extended";
            const NewYork local = new_york(minute * ms_per_minute);
            asked_minute_ = minute;
            asked_answer_ = local.is_weekday &&
                            local.minute >= (extended ? early_open : regular_open) &&
                            local.minute < (extended ? late_close : regular_close);
        }
        return asked_answer_;
    }

    SimulatorOptions options_;
    bool is_open_ = false;  // to any ticker
    std::unordered_map<std::string, std::size_t> numbers_;
    std::vector<std::uint64_t> hashes_;
    mutable std::optional<std::int64_t> begin_;
    // All tickers are asked for the same minute one after the other.
    mutable std::int64_t asked_minute_ = -1;
    mutable bool asked_answer_ = false;
};

}  // namespace

std::unique_ptr<BarSource> make_synthetic(const SimulatorOptions& options) {
    return std::make_unique<Synthetic>(options);
}

}  // namespace tsflow::massive_sim
