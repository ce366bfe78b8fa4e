#include "row_binder.hpp"

#include <cstring>

namespace tsflow::sqlite {

namespace {

/// Extends the fraction of an ISO text to nine digits.
void pad_fraction(std::string& text) {
    text.pop_back();
    const std::size_t point = text.find('.');
    const std::size_t digits = point == std::string::npos ? 0 : text.size() - point - 1;
    if (digits == 0) {
        text += '.';
    }
    text.append(9 - digits, '0');
    text += 'Z';
}

}  // namespace

RowBinder::RowBinder(const Target& target, const Statement& statement)
    : statement_(statement.get()), nine_digits_(target.times == TimeForm::iso8601_ns) {
    for (const Field& field : target.schema->fields()) {
        Column& column = columns_.emplace_back();
        column.type = field.type;
        column.as_text = target.times != TimeForm::unix_ns;
    }
}

void RowBinder::start(const Batch& batch) {
    batch_ = &batch;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        Column& column = columns_[i];
        column.has_nulls = batch.has_nulls(i);
        switch (column.type) {
            case Type::boolean:
                column.values = batch.column<bool>(i).data();
                break;
            case Type::int64:
                column.values = batch.column<std::int64_t>(i).data();
                break;
            case Type::float64:
                column.values = batch.column<double>(i).data();
                break;
            case Type::timestamp:
                column.values = batch.column<Timestamp>(i).data();
                break;
            case Type::date:
                column.values = batch.column<Date>(i).data();
                break;
            case Type::symbol:
                column.values = batch.column<Symbol>(i).data();
                break;
            case Type::string:
                column.strings = batch.strings(i);
                break;
        }
    }
}

int RowBinder::bind(std::size_t row) {
    code_ = SQLITE_OK;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        Column& column = columns_[i];
        const int at = static_cast<int>(i) + 1;
        if (!column.has_nulls || !batch_->is_null(i, row)) {
            bind_value(column, at, row);
        } else if (column.bound != Bound::null) {
            sqlite3_bind_null(statement_, at);
            column.bound = Bound::null;
        }
    }
    return code_;
}

template <class T>
bool RowBinder::is_new(Column& column, T value) {
    std::int64_t bits = 0;
    static_assert(sizeof value <= sizeof bits);
    std::memcpy(&bits, &value, sizeof value);
    if (column.bound == Bound::value && column.last == bits) {
        return false;
    }
    column.bound = Bound::value;
    column.last = bits;
    return true;
}

void RowBinder::bind_text(int at, std::string_view text) {
    // A null pointer would bind NULL.
    const int code = sqlite3_bind_text64(statement_, at, text.data() == nullptr ? "" : text.data(),
                                         text.size(), SQLITE_STATIC, SQLITE_UTF8);
    if (code != SQLITE_OK) {
        code_ = code;
    }
}

void RowBinder::bind_value(Column& column, int at, std::size_t row) {
    switch (column.type) {
        case Type::boolean:
            if (const bool value = static_cast<const bool*>(column.values)[row];
                is_new(column, value)) {
                sqlite3_bind_int(statement_, at, value ? 1 : 0);
            }
            return;
        case Type::int64:
            if (const std::int64_t value = static_cast<const std::int64_t*>(column.values)[row];
                is_new(column, value)) {
                sqlite3_bind_int64(statement_, at, value);
            }
            return;
        case Type::float64:
            if (const double value = static_cast<const double*>(column.values)[row];
                is_new(column, value)) {
                sqlite3_bind_double(statement_, at, value);
            }
            return;
        case Type::timestamp: {
            const Timestamp value = static_cast<const Timestamp*>(column.values)[row];
            if (!is_new(column, value)) {
                return;
            }
            if (!column.as_text) {
                sqlite3_bind_int64(statement_, at, value.time_since_epoch().count());
                return;
            }
            column.text.clear();
            append_timestamp(column.text, value);
            if (nine_digits_) {
                pad_fraction(column.text);
            } else {
                wrote_fraction_ = wrote_fraction_ || column.text.find('.') != std::string::npos;
            }
            bind_text(at, column.text);
            return;
        }
        case Type::date:
            if (const Date value = static_cast<const Date*>(column.values)[row];
                is_new(column, value)) {
                column.text = format_date(value);
                bind_text(at, column.text);
            }
            return;
        case Type::symbol:
            if (const Symbol value = static_cast<const Symbol*>(column.values)[row];
                is_new(column, value)) {
                bind_text(at, value.text());
            }
            return;
        case Type::string:
            column.bound = Bound::value;
            bind_text(at, column.strings[row]);
            return;
    }
}

}  // namespace tsflow::sqlite
