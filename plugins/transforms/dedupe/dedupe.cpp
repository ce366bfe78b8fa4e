#include "dedupe.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <utility>

#include "selection.hpp"

namespace tsflow::dedupe {

namespace {

constexpr std::size_t chunk_rows = 256;
constexpr std::size_t prefetch_ahead = 8;

std::int64_t nanoseconds(Timestamp time) {
    return time.time_since_epoch().count();
}

std::vector<std::size_t> key_columns(const Schema& schema, const std::vector<std::string>& by) {
    if (by.empty()) {
        if (schema.key().empty()) {
            throw ConfigError("by", "the input has no key; name the columns that tell rows apart");
        }
        return schema.key();
    }
    std::vector<std::size_t> columns;
    for (const std::string& column : by) {
        columns.push_back(schema.index(column, "by"));
        if (std::find(columns.begin(), columns.end() - 1, columns.back()) != columns.end() - 1) {
            throw ConfigError("by", "'" + column + "' is named twice; name it once");
        }
    }
    return columns;
}

}  // namespace

void Dedupe::describe(Options<Config>& options) {
    options.optional("by", &Config::by,
                     "Columns that tell rows apart; empty: the key of the input's schema");
    options
        .optional(
            "keep", &Config::keep,
            "`last`: a row passes unless it equals the last row of its key; `first`: only the "
            "first row of a key passes")
        .one_of({"last", "first"});
    options.optional(
        "within", &Config::within,
        "How long, in event time, a key is remembered; a repeat that comes later passes");
}

Dedupe::Dedupe(Config config) : config_(std::move(config)), last_wins_(config_.keep == "last") {
    if (config_.within <= Duration::zero()) {
        throw ConfigError("within",
                          "a key must be remembered for some time; write one such as \"1h\"");
    }
}

Ports Dedupe::bind(const Ports& inputs) {
    const SchemaPtr& schema = only(inputs);
    if (!schema->event_time()) {
        throw ConfigError("inputs",
                          "dedupe forgets keys by event time, and no column of the input is one");
    }
    event_time_ = *schema->event_time();
    keys_.emplace(key_columns(*schema, config_.by));
    std::vector<std::size_t> all(schema->size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    rows_.emplace(std::move(all));
    return single(schema);
}

void Dedupe::open(Context& context) {
    dropped_ = &context.counter("repeats_dropped");
}

bool Dedupe::passes(const Digest& key, std::uint64_t row, std::int64_t time) {
    if (Entry* entry = seen_.find(key)) {
        if (!last_wins_ || entry->row == row) {
            return false;
        }
        entry->row = row;
        entry->time = time;
    } else if (!seen_.forgotten(time)) {
        seen_.insert({key, row, time});
    }
    return true;
}

void Dedupe::process(Batch batch, Emitter& out) {
    std::array<Digest, chunk_rows> keys;
    std::array<Digest, chunk_rows> rows;
    const Timestamp* times = batch.column<Timestamp>(event_time_).data();
    passing_.clear();
    for (std::size_t first = 0; first < batch.rows(); first += chunk_rows) {
        const std::size_t count = std::min(chunk_rows, batch.rows() - first);
        keys_->run(batch, first, count, keys.data());
        if (last_wins_) {
            rows_->run(batch, first, count, rows.data());
        }
        for (std::size_t i = 0; i < count; ++i) {
            seen_.prefetch(keys[std::min(i + prefetch_ahead, count - 1)]);
            if (passes(keys[i], rows[i].a, nanoseconds(times[first + i]))) {
                passing_.push_back(static_cast<std::uint32_t>(first + i));
            }
        }
    }
    if (dropped_ != nullptr) {
        dropped_->add(batch.rows() - passing_.size());
    }
    emit_rows(std::move(batch), passing_, out);
}

void Dedupe::advance(Timestamp time, Emitter& out) {
    // On overflow no timestamp is old enough to be forgotten.
    std::int64_t horizon = 0;
    if (!__builtin_sub_overflow(nanoseconds(time), config_.within.count(), &horizon)) {
        seen_.forget_until(horizon);
    }
    out.watermark(time);
}

void Dedupe::snapshot(StateWriter& state) const {
    seen_.save(state);
}

void Dedupe::restore(StateReader& state) {
    seen_.load(state);
}

}  // namespace tsflow::dedupe

TSFLOW_PLUGIN("dedupe", "1.0.0") {
    plugin.add<tsflow::dedupe::Dedupe>();
}
