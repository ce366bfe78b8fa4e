#include "table_partitions.hpp"

#include <array>
#include <chrono>
#include <optional>

#include "migrations.hpp"

namespace tsflow::timescale {

namespace {

constexpr std::string_view overlap = "42P17";

std::string digits_of(const std::string& date, std::size_t count) {
    std::string digits;
    for (const char c : date) {
        if (c != '-' && digits.size() < count) {
            digits += c;
        }
    }
    return digits;
}

}  // namespace

TablePartitions::TablePartitions(const TableFacts& table, std::size_t time_field, std::string each)
    : table_(table.quoted()),
      schema_(table.schema),
      name_(table.name),
      time_field_(time_field),
      each_(std::move(each)) {}

TablePartitions::Span TablePartitions::span_of(Date day) const {
    using namespace std::chrono;
    const year_month_day date{sys_days{day.time_since_epoch()}};
    year_month_day first = date;
    year_month_day end{sys_days{date} + days{1}};
    std::size_t digits = 8;
    if (each_ == "month") {
        first = date.year() / date.month() / 1;
        end = first + months{1};
        digits = 6;
    } else if (each_ == "year") {
        first = date.year() / January / 1;
        end = first + years{1};
        digits = 4;
    }
    const auto as_date = [](const year_month_day& d) {
        return Date{duration_cast<Date::duration>(sys_days{d}.time_since_epoch())};
    };
    return {as_date(first), as_date(end), "_p" + digits_of(format_date(as_date(first)), digits)};
}

void TablePartitions::make_for(Connection& connection, const RowList& list) {
    if (each_.empty()) {
        return;
    }
    std::optional<Date> last;
    for (const RowsOf& of : list) {
        const auto times = of.batch.column<Timestamp>(time_field_);
        for (const std::uint32_t row : of.rows) {
            const Date day = std::chrono::floor<Date::duration>(times[row]);
            if (day == last) {
                continue;
            }
            last = day;
            if (known_.count(day) == 0) {
                make(connection, span_of(day));
                known_.insert(day);
            }
        }
    }
}

/// Made beside the table and then attached, which does not wait for those who read or write it.
void TablePartitions::make(Connection& connection, const Span& span) const {
    const std::string name =
        Connection::quoted(schema_) + "." + Connection::quoted(name_ + span.suffix);
    Transaction transaction(connection);
    lock_ddl(connection);
    const std::array parameters{text_parameter(name)};
    if (!connection.execute("SELECT to_regclass($1) IS NULL", parameters).boolean(0, 0)) {
        return;
    }
    const auto bound = [](Date date) {
        return Connection::literal(format_date(date) + " 00:00:00+00");
    };
    try {
        connection.execute("CREATE TABLE " + name + " (LIKE " + table_ +
                           " INCLUDING DEFAULTS INCLUDING CONSTRAINTS); ALTER TABLE " + table_ +
                           " ATTACH PARTITION " + name + " FOR VALUES FROM (" + bound(span.first) +
                           ") TO (" + bound(span.end) + ")");
    } catch (const SqlError& error) {
        // One that someone else made under another name holds these rows.
        if (error.state() != overlap) {
            throw;
        }
        return;
    }
    transaction.commit();
}

bool makes_partitions(const TableFacts& table, const TableRequest& request,
                      const TableOptions& options) {
    const std::string* time = request.time();
    return options.create && options.partitions != "none" && time != nullptr &&
           (table.partition_key == "RANGE (" + *time + ")" ||
            table.partition_key == "RANGE (" + Connection::quoted(*time) + ")");
}

}  // namespace tsflow::timescale
