#include "tables/table.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace tsflow::http {

namespace {

std::uint64_t word_of(const Batch& batch, std::size_t column, std::size_t row) {
    switch ((*batch.schema())[column].type) {
        case Type::boolean:
            return batch.column<bool>(column)[row] ? 1 : 0;
        case Type::int64:
            return static_cast<std::uint64_t>(batch.column<std::int64_t>(column)[row]);
        case Type::float64:
            return std::bit_cast<std::uint64_t>(batch.column<double>(column)[row]);
        case Type::timestamp:
            return static_cast<std::uint64_t>(
                batch.column<Timestamp>(column)[row].time_since_epoch().count());
        case Type::date:
            return static_cast<std::uint64_t>(
                std::int64_t{batch.column<Date>(column)[row].time_since_epoch().count()});
        case Type::symbol:
            return static_cast<std::uint64_t>(
                std::int64_t{batch.column<Symbol>(column)[row].code()});
        case Type::string:
            return 0;
    }
    return 0;
}

void append_word(std::string& out, std::uint64_t word) {
    char bytes[sizeof word];
    std::memcpy(bytes, &word, sizeof word);
    out.append(bytes, sizeof word);
}

}  // namespace

std::string_view to_string(Keeps keeps) noexcept {
    switch (keeps) {
        case Keeps::latest:
            return "latest";
        case Keeps::series:
            return "series";
        case Keeps::all:
            return "all";
    }
    return "";
}

double Table::Cell::real() const noexcept {
    return std::bit_cast<double>(word);
}

Table::Table(std::string name, SchemaPtr schema, TableLimits limits)
    : name_(std::move(name)), schema_(std::move(schema)), limits_(limits) {
    const auto event_time = schema_->event_time();
    for (const std::size_t column : schema_->key()) {
        if (column == event_time) {
            keeps_ = Keeps::series;
            continue;
        }
        series_key_.push_back(column);
        if ((*schema_)[column].type == Type::symbol && (*schema_)[column].name == "symbol") {
            symbol_column_ = column;
        }
    }
    if (keeps_ == Keeps::all && !schema_->key().empty()) {
        keeps_ = Keeps::latest;
    }
    for (const Field& field : schema_->fields()) {
        columns_.emplace_back().type = field.type;
    }
}

void Table::apply(const Batch& batch, std::uint64_t& sequence) {
    const auto event_time = schema_->event_time();
    for (std::size_t row = 0; row < batch.rows(); ++row) {
        Series& series = series_for(batch, row);
        const Slot slot = place(series, batch, row);
        if (slot == none) {
            continue;  // older than all of a full window
        }
        store(slot, batch, row);
        sequence_ = rows_[slot].sequence = ++sequence;
        chain(slot);
        if (event_time) {
            const Timestamp time = batch.column<Timestamp>(*event_time)[row];
            newest_event_ = newest_event_ ? std::max(*newest_event_, time) : time;
        }
        if (live_ > limits_.rows) {
            forget(oldest_);
        }
    }
}

void Table::encode_key(const Batch& batch, std::size_t row) {
    scratch_.clear();
    for (const std::size_t column : series_key_) {
        if ((*schema_)[column].type == Type::string) {
            const std::string_view text = batch.strings(column)[row];
            append_word(scratch_, text.size());
            scratch_ += text;
        } else {
            append_word(scratch_, word_of(batch, column, row));
        }
    }
}

Table::Series& Table::series_for(const Batch& batch, std::size_t row) {
    encode_key(batch, row);
    if (const auto found = series_.find(std::string_view{scratch_}); found != series_.end()) {
        return found->second;
    }
    const auto added = series_.emplace(scratch_, Series{}).first;
    Series& series = added->second;
    series.key = &added->first;
    if (symbol_column_) {
        series.symbol = batch.column<Symbol>(*symbol_column_)[row];
        by_symbol_[series.symbol->text()].push_back(&series);
    }
    return series;
}

/// The slot that the row goes to, unchained; in a full window the oldest row makes room for it.
Table::Slot Table::place(Series& series, const Batch& batch, std::size_t row) {
    std::vector<Slot>& slots = series.slots;
    auto at = slots.end();
    if (keeps_ == Keeps::latest) {
        at = slots.begin();
    } else if (keeps_ == Keeps::series) {
        const std::int64_t time =
            static_cast<std::int64_t>(word_of(batch, *schema_->event_time(), row));
        at = std::lower_bound(slots.begin(), slots.end(), time,
                              [this](Slot slot, std::int64_t t) { return time_of(slot) < t; });
        if (at != slots.end() && time_of(*at) != time) {
            if (at == slots.begin() && slots.size() >= limits_.window) {
                return none;
            }
            const auto behind = at - slots.begin();
            const Slot slot = take_slot(series);
            slots.insert(slots.begin() + behind, slot);
            if (slots.size() > limits_.window) {
                forget(slots.front());
            }
            return slot;
        }
    }
    if (at != slots.end()) {
        unchain(*at);
        return *at;
    }
    const Slot slot = take_slot(series);
    slots.push_back(slot);
    if (slots.size() > limits_.window) {
        forget(slots.front());
    }
    return slot;
}

Table::Slot Table::take_slot(Series& series) {
    Slot slot = none;
    if (free_.empty()) {
        slot = static_cast<Slot>(rows_.size());
        rows_.emplace_back();
        for (Column& column : columns_) {
            column.nulls.push_back(0);
            if (column.type == Type::string) {
                column.texts.emplace_back();
            } else {
                column.words.push_back(0);
            }
        }
    } else {
        slot = free_.back();
        free_.pop_back();
    }
    rows_[slot].series = &series;
    ++live_;
    return slot;
}

void Table::store(Slot slot, const Batch& batch, std::size_t row) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        Column& column = columns_[i];
        column.nulls[slot] = batch.is_null(i, row) ? 1 : 0;
        if (column.type == Type::string) {
            column.texts[slot].assign(batch.strings(i)[row]);
        } else {
            column.words[slot] = word_of(batch, i, row);
        }
    }
}

void Table::chain(Slot slot) {
    rows_[slot].older = newest_;
    rows_[slot].newer = none;
    (newest_ == none ? oldest_ : rows_[newest_].newer) = slot;
    newest_ = slot;
}

void Table::unchain(Slot slot) noexcept {
    const Row& row = rows_[slot];
    (row.older == none ? oldest_ : rows_[row.older].newer) = row.newer;
    (row.newer == none ? newest_ : rows_[row.newer].older) = row.older;
}

void Table::forget(Slot slot) {
    unchain(slot);
    Series& series = *std::exchange(rows_[slot].series, nullptr);
    series.slots.erase(std::find(series.slots.begin(), series.slots.end(), slot));
    free_.push_back(slot);
    --live_;
    if (!series.slots.empty()) {
        return;
    }
    if (series.symbol) {
        const auto found = by_symbol_.find(series.symbol->text());
        std::erase(found->second, &series);
        if (found->second.empty()) {
            by_symbol_.erase(found);
        }
    }
    series_.erase(series_.find(std::string_view{*series.key}));
}

std::int64_t Table::time_of(Slot slot) const noexcept {
    return static_cast<std::int64_t>(columns_[*schema_->event_time()].words[slot]);
}

Table::Cell Table::cell(Slot slot, std::size_t column) const noexcept {
    const Column& values = columns_[column];
    Cell cell{values.type, values.nulls[slot] != 0};
    if (values.type == Type::string) {
        cell.text = values.texts[slot];
    } else {
        cell.word = values.words[slot];
        if (values.type == Type::symbol) {
            cell.text = Symbol::from_code(static_cast<std::int32_t>(cell.word)).text();
        }
    }
    return cell;
}

Table::Slot Table::first_behind(std::uint64_t sequence) const noexcept {
    Slot first = none;
    for (Slot slot = newest_; slot != none && rows_[slot].sequence > sequence;
         slot = rows_[slot].older) {
        first = slot;
    }
    return first;
}

const std::vector<const Table::Series*>* Table::of(std::string_view symbol) const noexcept {
    const auto found = by_symbol_.find(symbol);
    return found == by_symbol_.end() ? nullptr : &found->second;
}

}  // namespace tsflow::http
