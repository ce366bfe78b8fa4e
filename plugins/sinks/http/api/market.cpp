#include <algorithm>
#include <cctype>
#include <cmath>
#include <optional>
#include <utility>

#include "api/api.hpp"
#include "api/select.hpp"
#include "tables/row_text.hpp"
#include "tsflow/text.hpp"

/// The answers that know what a bar is.
namespace tsflow::http {

namespace {

constexpr std::string_view bars_table = "bars";
constexpr std::int64_t most_ticks = 1'000;  // as in the system that this API replaces
constexpr std::int64_t default_bars = 1'000;
constexpr double nanos_per_second = 1e9;

struct BarColumns {
    std::size_t open, high, low, close, volume;
};

std::optional<BarColumns> bar_columns(const Table& table) {
    const auto find = [&](std::string_view name) -> std::optional<std::size_t> {
        const auto column = table.schema().find(name);
        return column && table.schema()[*column].type == Type::float64 ? column : std::nullopt;
    };
    const auto open = find("open");
    const auto high = find("high");
    const auto low = find("low");
    const auto close = find("close");
    const auto volume = find("volume");
    if (!open || !high || !low || !close || !volume || table.keeps() != Keeps::series ||
        !table.symbol_column() || table.schema().key().size() != 2) {
        return std::nullopt;
    }
    return BarColumns{*open, *high, *low, *close, *volume};
}

std::vector<Candle> candles_of(const Table& table, const CandleRange& range) {
    std::vector<Candle> candles;
    const auto columns = bar_columns(table);
    const auto* all = table.of(range.symbol);
    if (!columns || all == nullptr) {
        return candles;
    }
    for (const Table::Slot slot : all->front()->slots) {
        const Timestamp time{Duration{table.cell(slot, *table.schema().event_time()).integer()}};
        if (time >= range.from && time < range.to) {
            candles.push_back({time, table.cell(slot, columns->open).real(),
                               table.cell(slot, columns->high).real(),
                               table.cell(slot, columns->low).real(),
                               table.cell(slot, columns->close).real(),
                               table.cell(slot, columns->volume).real()});
        }
    }
    return candles;
}

/// Asks the store for what is older than memory holds, when that is wanted and there is a store.
void with_history(const Table& table, History* history, CandleRange range, History::Done done) {
    std::vector<Candle> recent = candles_of(table, range);
    if (history == nullptr || recent.size() >= range.limit) {
        done(std::move(recent), "");
        return;
    }
    CandleRange older = range;
    older.limit -= recent.size();
    if (!recent.empty()) {
        older.to = recent.front().time;
    }
    history->bars(std::move(older), [recent = std::move(recent), done = std::move(done)](
                                        std::vector<Candle> candles, const std::string& problem) {
        candles.insert(candles.end(), recent.begin(), recent.end());
        done(std::move(candles), problem);
    });
}

void keep_newest(std::vector<Candle>& candles, std::size_t limit) {
    if (candles.size() > limit) {
        candles.erase(candles.begin(), candles.end() - static_cast<std::ptrdiff_t>(limit));
    }
}

void append_number(std::string& out, double value) {
    if (std::isfinite(value)) {
        append_real(out, value);
    } else {
        out += "null";
    }
}

void append_prices(std::string& out, const Candle& candle) {
    out += ",\"open\":";
    append_number(out, candle.open);
    out += ",\"high\":";
    append_number(out, candle.high);
    out += ",\"low\":";
    append_number(out, candle.low);
    out += ",\"close\":";
    append_number(out, candle.close);
    out += ",\"volume\":";
    append_number(out, candle.volume);
    out += '}';
}

double seconds_of(Timestamp time) {
    return static_cast<double>(time.time_since_epoch().count()) / nanos_per_second;
}

/// Unix seconds as Python writes a float: `1762180200.0`.
void append_seconds(std::string& out, Timestamp time) {
    const std::size_t before = out.size();
    append_real(out, seconds_of(time));
    if (out.find('.', before) == std::string::npos) {
        out += ".0";
    }
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

Duration width_of(const std::string& name) {
    static constexpr std::pair<std::string_view, std::chrono::minutes> widths[] = {
        {"1m", std::chrono::minutes{1}},
        {"5m", std::chrono::minutes{5}},
        {"15m", std::chrono::minutes{15}},
        {"30m", std::chrono::minutes{30}},
        {"1h", std::chrono::minutes{60}}};
    for (const auto& [known, width] : widths) {
        if (known == name) {
            return width;
        }
    }
    throw BadRequest("tf", "tf must be 1m, 5m, 15m, 30m or 1h");
}

}  // namespace

std::vector<Candle> widen(const std::vector<Candle>& minutes, Duration width) {
    std::vector<Candle> wide;
    for (const Candle& minute : minutes) {
        const Duration since = minute.time.time_since_epoch();
        const Timestamp begin{since - since % width};
        if (wide.empty() || wide.back().time != begin) {
            wide.push_back(minute);
            wide.back().time = begin;
            continue;
        }
        Candle& last = wide.back();
        last.high = std::max(last.high, minute.high);
        last.low = std::min(last.low, minute.low);
        last.close = minute.close;
        last.volume += minute.volume;
    }
    return wide;
}

/// As the replaced system answered, word for word where its clients may look at words.
void Api::answer_ticks(const Call& call) const {
    const std::string symbol = upper(call.target.text("symbol"));
    if (symbol.empty()) {
        call.done(error(400, "Missing required parameter: symbol"));
        return;
    }
    CandleRange range;
    range.symbol = symbol;
    range.limit =
        static_cast<std::size_t>(call.target.integer("limit", default_limit, 1, most_ticks));
    if (const auto since = call.target.time("since")) {
        range.from = *since + Duration{1};
    }
    const Table* table = tables_.find(bars_table);
    if (table == nullptr) {
        call.done(not_wired(bars_table));
        return;
    }
    with_history(*table, history_, range,
                 [done = call.done, symbol, limit = range.limit](std::vector<Candle> candles,
                                                                 const std::string& problem) {
                     if (!problem.empty()) {
                         done(error(500, "Failed to fetch tick data"));
                         return;
                     }
                     keep_newest(candles, limit);
                     std::string body = "{\"symbol\":";
                     append_json_text(body, symbol);
                     body += ",\"count\":" + std::to_string(candles.size()) + ",\"ticks\":[";
                     for (auto candle = candles.rbegin(); candle != candles.rend(); ++candle) {
                         body += candle == candles.rbegin() ? "{\"symbol\":" : ",{\"symbol\":";
                         append_json_text(body, symbol);
                         body += ",\"timestamp\":";
                         append_seconds(body, candle->time);
                         append_prices(body, *candle);
                     }
                     done(json_answer(200, body + "]}"));
                 });
}

void Api::answer_bars(const Call& call) const {
    CandleRange range;
    range.symbol = call.path;
    const std::string tf = call.target.text("tf", "1m");
    const Duration width = width_of(tf);
    const auto limit =
        static_cast<std::size_t>(call.target.integer("limit", default_bars, 1, most_rows));
    range.limit = limit * static_cast<std::size_t>(width / std::chrono::minutes{1});
    range.from = call.target.time("from").value_or(range.from);
    range.to = call.target.time("to").value_or(range.to);
    if (range.from >= range.to) {
        throw BadRequest("to", "to must be later than from");
    }
    const Table* table = tables_.find(bars_table);
    if (table == nullptr) {
        call.done(not_wired(bars_table));
        return;
    }
    with_history(*table, history_, range,
                 [done = call.done, symbol = range.symbol, tf, width, limit](
                     const std::vector<Candle>& minutes, const std::string& problem) {
                     if (!problem.empty()) {
                         done(error(503, "the store does not answer: " + problem));
                         return;
                     }
                     std::vector<Candle> candles = widen(minutes, width);
                     keep_newest(candles, limit);
                     std::string body = "{\"symbol\":";
                     append_json_text(body, symbol);
                     body += ",\"tf\":";
                     append_json_text(body, tf);
                     body += ",\"count\":" + std::to_string(candles.size()) + ",\"bars\":[";
                     for (const Candle& candle : candles) {
                         body += &candle == candles.data() ? "{\"time\":" : ",{\"time\":";
                         append_json_text(body, format_timestamp(candle.time));
                         append_prices(body, candle);
                     }
                     done(json_answer(200, body + "]}"));
                 });
}

void Api::answer_symbol(const Call& call) const {
    std::string body = "{\"symbol\":";
    append_json_text(body, call.path);
    body += ",\"tables\":{";
    bool any = false;
    for (std::size_t i = 0; i < tables_.size(); ++i) {
        const Table& table = tables_[i];
        const auto* all = table.of(call.path);
        if (all == nullptr) {
            continue;
        }
        body += std::exchange(any, true) ? "," : "";
        append_json_text(body, table.name());
        body += ":[";
        const std::vector<std::size_t> columns = all_columns(table.schema());
        for (const Table::Series* series : *all) {
            body += series == all->front() ? "" : ",";
            append_json_object(body, table, series->slots.back(), columns);
        }
        body += ']';
    }
    if (!any) {
        call.done(
            error(404, "no table holds the symbol '" + std::string{call.path} + "'", "symbol"));
        return;
    }
    call.done(json_answer(200, body + "}}"));
}

void Api::answer_rankings(const Call& call) const {
    Call inner = call;
    Target target = call.target;
    for (auto& [name, value] : target.parameters) {
        if (name == "k") {
            name = "limit";
        }
    }
    const Call renamed{inner.request, target, inner.path, inner.done};
    try {
        answer_view(renamed);
    } catch (const BadRequest& bad) {
        if (bad.parameter() == "limit" && call.target.find("k") != nullptr) {
            throw BadRequest("k",
                             "k must be a whole number from 1 to " + std::to_string(most_rows));
        }
        throw;
    }
}

}  // namespace tsflow::http
