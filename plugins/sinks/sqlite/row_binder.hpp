#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/sqlite/database.hpp"
#include "table_sql.hpp"
#include "tsflow/batch.hpp"

namespace tsflow::sqlite {

/// Binds rows to the parameters of an INSERT. Texts are bound where they lie, and a value that equals the
/// one of the row before stays bound.
class RowBinder {
public:
    RowBinder() = default;
    /// `statement` has a parameter a field and outlives the binder.
    RowBinder(const Target& target, const Statement& statement);

    /// The rows that follow are of `batch`, which outlives them.
    void start(const Batch& batch);
    /// Returns SQLITE_TOOBIG for a row with a text beyond SQLite's limit, else SQLITE_OK.
    int bind(std::size_t row);
    /// Whether a time with a fraction of a second was written as iso8601.
    bool wrote_fraction() const noexcept { return wrote_fraction_; }

private:
    enum class Bound : std::uint8_t { nothing, null, value };
    struct Column {
        Type type;
        bool as_text = false;  // of timestamps
        bool has_nulls = false;
        Bound bound = Bound::nothing;
        const void* values = nullptr;
        StringColumn strings{nullptr, nullptr, 0};
        std::int64_t last = 0;  // the bound value's bits
        std::string text;       // of times and dates
    };

    void bind_value(Column& column, int at, std::size_t row);
    void bind_text(int at, std::string_view text);
    template <class T>
    static bool is_new(Column& column, T value);

    sqlite3_stmt* statement_ = nullptr;
    bool nine_digits_ = false;
    bool wrote_fraction_ = false;
    int code_ = SQLITE_OK;
    const Batch* batch_ = nullptr;
    std::vector<Column> columns_;
};

}  // namespace tsflow::sqlite
