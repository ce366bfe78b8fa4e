#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tsflow/batch.hpp"
#include "tsflow/schema.hpp"
#include "tsflow/symbol.hpp"

namespace tsflow::http {

/// Which rows a table keeps; follows from the key of its schema.
enum class Keeps : std::uint8_t {
    latest,  ///< one row a key
    series,  ///< the key holds the event time: a window of rows for each value of the rest of the key
    all,     ///< no key: a window of rows altogether
};
std::string_view to_string(Keeps keeps) noexcept;

struct TableLimits {
    std::size_t window = 500;      ///< rows of one series
    std::size_t rows = 1'000'000;  ///< of the table; the longest unchanged goes first
};

/// What was written to one input, as rows that are replaced in place. Every change gives its row the next
/// sequence number, and rows are chained in that order: what changed since a number is the end of the
/// chain, which holds each row once. So who reads seldom sees the newest of each row, and nothing is
/// kept for anybody. One thread at a time.
///
///     oldest_ ─▶ row 7 (seq 12) ─▶ row 3 (seq 15) ─▶ row 9 (seq 16) ◀─ newest_
class Table {
public:
    using Slot = std::uint32_t;
    static constexpr Slot none = UINT32_MAX;

    /// A value; `word` holds its bits, of a symbol the code, and of a string nothing.
    struct Cell {
        Type type = Type::int64;
        bool null = false;
        std::uint64_t word = 0;
        std::string_view text = {};

        std::int64_t integer() const noexcept { return static_cast<std::int64_t>(word); }
        double real() const noexcept;
    };
    /// Rows with equal keys but for the event time, by event time.
    struct Series {
        std::vector<Slot> slots;
        const std::string* key = nullptr;  ///< encoded; in the map that owns the series
        std::optional<Symbol> symbol;
    };

    Table(std::string name, SchemaPtr schema, TableLimits limits);
    Table(const Table&) = delete;
    Table& operator=(const Table&) = delete;

    /// Takes the rows, in order. `sequence` counts the changes of all tables.
    void apply(const Batch& batch, std::uint64_t& sequence);

    const std::string& name() const noexcept { return name_; }
    const Schema& schema() const noexcept { return *schema_; }
    Keeps keeps() const noexcept { return keeps_; }
    std::size_t rows() const noexcept { return live_; }
    /// The number of the last change; 0: none yet.
    std::uint64_t sequence() const noexcept { return sequence_; }
    /// The latest event time of any row.
    std::optional<Timestamp> newest_event() const noexcept { return newest_event_; }
    /// The column `symbol` when it is part of the key: what most rows are asked for by.
    std::optional<std::size_t> symbol_column() const noexcept { return symbol_column_; }

    Cell cell(Slot slot, std::size_t column) const noexcept;
    std::uint64_t sequence_of(Slot slot) const noexcept { return rows_[slot].sequence; }

    /// From the row that changed last to the one that has not changed for longest.
    Slot newest() const noexcept { return newest_; }
    Slot older(Slot slot) const noexcept { return rows_[slot].older; }
    Slot newer(Slot slot) const noexcept { return rows_[slot].newer; }
    /// The row whose change came first behind `sequence`; none when nothing came.
    Slot first_behind(std::uint64_t sequence) const noexcept;

    /// All series of a symbol; null when there is none. By text, because to make symbols of what clients
    /// ask for would let the dictionary of symbols grow without end.
    const std::vector<const Series*>* of(std::string_view symbol) const noexcept;
    template <class Visit>
    void each_series(Visit visit) const {
        for (const auto& [key, series] : series_) {
            visit(series);
        }
    }

private:
    struct Row {
        std::uint64_t sequence = 0;
        Slot older = none;
        Slot newer = none;
        Series* series = nullptr;
    };
    struct Column {
        Type type = Type::int64;
        std::vector<std::uint64_t> words;
        std::vector<std::string> texts;
        std::vector<std::uint8_t> nulls;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };

    void encode_key(const Batch& batch, std::size_t row);
    Series& series_for(const Batch& batch, std::size_t row);
    Slot place(Series& series, const Batch& batch, std::size_t row);
    Slot take_slot(Series& series);
    void store(Slot slot, const Batch& batch, std::size_t row);
    void chain(Slot slot);
    void unchain(Slot slot) noexcept;
    void forget(Slot slot);
    std::int64_t time_of(Slot slot) const noexcept;

    std::string name_;
    SchemaPtr schema_;
    TableLimits limits_;
    Keeps keeps_ = Keeps::all;
    std::vector<std::size_t> series_key_;
    std::optional<std::size_t> symbol_column_;

    std::vector<Column> columns_;
    std::vector<Row> rows_;
    std::vector<Slot> free_;
    std::size_t live_ = 0;
    Slot oldest_ = none;
    Slot newest_ = none;
    std::uint64_t sequence_ = 0;
    std::optional<Timestamp> newest_event_;

    std::unordered_map<std::string, Series, Hash, std::equal_to<>> series_;
    std::unordered_map<std::string_view, std::vector<const Series*>> by_symbol_;
    std::string scratch_;
};

}  // namespace tsflow::http
