#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "indicators/value.hpp"
#include "session/stamp.hpp"
#include "tsflow/builder.hpp"

namespace tsflow::market {

Field key_field(const std::string& name, Type type = Type::symbol);
Field plain_field(const std::string& name, Type type, const std::string& unit = "");
Field nullable_field(const std::string& name, Type type, const std::string& unit = "");
/// What rows tell of their publication: session, status, as_of, seq, rev.
void append_header(std::vector<Field>& fields);
/// Whom rows about a universe count: n_members, n_eligible, n_reporting.
void append_counts(std::vector<Field>& fields);

/// Appends rows to a builder one column after the other, from the left: the rows of a whole market have some forty
/// columns, and to find each of them again for each row costs more than what is written there.
class RowColumns {
public:
    /// So many rows at a time: what is read for them stays in the nearest cache from column to column.
    static constexpr std::size_t at_once = 128;

    RowColumns(BatchBuilder& builder, std::size_t rows) : builder_(builder), rows_(rows) {}

    /// The same value in every row.
    template <FixedWidth T>
    RowColumns& all(T value) {
        for (T& cell : builder_.extend<T>(column_++, rows_)) {
            cell = value;
        }
        return *this;
    }
    /// The same number in every row, as `T`; null when it is unknown.
    template <class T = double>
    RowColumns& all_known(double value) {
        return each_known<T>([value](std::size_t) { return value; });
    }
    /// A text, or the symbol that it is the name of.
    RowColumns& all(std::string_view text) {
        for (std::size_t row = 0; row < rows_; ++row) {
            builder_.push(column_, text);
        }
        ++column_;
        return *this;
    }
    RowColumns& nulls() {
        builder_.push_nulls(column_++, rows_);
        return *this;
    }
    /// `value_of(row)`, which is never null.
    template <class ValueOf>
    RowColumns& each(ValueOf value_of) {
        std::size_t row = 0;
        for (auto& cell : builder_.extend<decltype(value_of(row))>(column_++, rows_)) {
            cell = value_of(row++);
        }
        return *this;
    }
    /// The number `value_of(row)`, as `T`; null where it is unknown.
    template <class T = double, class ValueOf>
    RowColumns& each_known(ValueOf value_of) {
        for (std::size_t begin = 0; begin < rows_;) {
            std::size_t end = begin;
            while (end < rows_ && known(value_of(end))) {
                ++end;
            }
            for (T& cell : builder_.extend<T>(column_, end - begin)) {
                cell = static_cast<T>(value_of(begin++));
            }
            while (end < rows_ && !known(value_of(end))) {
                ++end;
            }
            if (end > begin) {
                builder_.push_nulls(column_, end - begin);
            }
            begin = end;
        }
        ++column_;
        return *this;
    }
    /// The columns of append_header(), but for the last, the revision.
    RowColumns& publication(const Stamp& stamp);
    /// All of them, of rows about a universe.
    RowColumns& header(const Stamp& stamp, std::size_t universe) {
        return publication(stamp).all(stamp.revisions[universe]);
    }
    /// Those of append_counts().
    RowColumns& counts(std::int64_t members, std::int64_t eligible, std::int64_t reporting) {
        return all(members).all(eligible).all(reporting);
    }

private:
    BatchBuilder& builder_;
    std::size_t rows_;
    std::size_t column_ = 0;
};

}  // namespace tsflow::market
