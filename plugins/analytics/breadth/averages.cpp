#include "averages.hpp"

#include <algorithm>
#include <charconv>

namespace tsflow::breadth {

namespace {

/// How many closes the longest simple average needs before today; at least 1.
std::size_t closes_needed(const std::vector<Average>& averages) {
    std::int64_t needed = 1;
    for (const Average& average : averages) {
        if (average.kind == Average::Kind::sma) {
            needed = std::max(needed, average.window - 1);
        }
    }
    return static_cast<std::size_t>(needed);
}

std::size_t before_today(const Average& average) {
    return static_cast<std::size_t>(average.window - 1);
}

}  // namespace

std::optional<Average> parse_average(std::string_view text) {
    constexpr std::int64_t longest = 1000;
    Average average;
    if (text.starts_with("ema")) {
        average.kind = Average::Kind::ema;
    } else if (!text.starts_with("sma")) {
        return std::nullopt;
    }
    const char* first = text.data() + 3;
    const char* last = text.data() + text.size();
    const auto [stop, error] = std::from_chars(first, last, average.window);
    const bool whole = error == std::errc{} && stop == last && *first != '0';
    return whole && average.window >= 2 && average.window <= longest ? std::optional{average}
                                                                     : std::nullopt;
}

SymbolAverages::SymbolAverages(const std::vector<Average>& averages)
    : closes_(closes_needed(averages)), sums_(averages.size(), 0) {
    for (const Average& average : averages) {
        emas_.emplace_back(static_cast<std::size_t>(average.window));
    }
}

void SymbolAverages::commit(double close, const std::vector<Average>& averages) {
    const market::Ticks newest = market::to_ticks(close);
    for (std::size_t i = 0; i < averages.size(); ++i) {
        if (averages[i].kind == Average::Kind::ema) {
            emas_[i].commit(close);
            continue;
        }
        const std::size_t kept = before_today(averages[i]);
        sums_[i] += newest;
        if (closes_.size() >= kept) {
            sums_[i] -= market::to_ticks(closes_.close(kept - 1));
        }
    }
    closes_.commit(close);
}

void SymbolAverages::apply_split(double ratio, const std::vector<Average>& averages) {
    closes_.apply_split(ratio);
    for (market::Ema& ema : emas_) {
        ema.apply_split(ratio);
    }
    rebuild_sums(averages);
}

void SymbolAverages::rebuild_sums(const std::vector<Average>& averages) {
    for (std::size_t i = 0; i < averages.size(); ++i) {
        sums_[i] = 0;
        const std::size_t count = std::min(closes_.size(), before_today(averages[i]));
        for (std::size_t age = 0; age < count; ++age) {
            sums_[i] += market::to_ticks(closes_.close(age));
        }
    }
}

market::SmaThreshold SymbolAverages::sma_threshold(std::size_t index,
                                                   const Average& average) const noexcept {
    return closes_.size() >= before_today(average)
               ? market::SmaThreshold{sums_[index], average.window - 1}
               : market::SmaThreshold{};
}

void SymbolAverages::save(StateWriter& state) const {
    closes_.save(state);
    for (const market::Ema& ema : emas_) {
        ema.save(state);
    }
}

void SymbolAverages::restore(StateReader& state, const std::vector<Average>& averages) {
    closes_.restore(state);
    for (market::Ema& ema : emas_) {
        ema.restore(state);
    }
    rebuild_sums(averages);
}

}  // namespace tsflow::breadth
