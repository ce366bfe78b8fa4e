#include "writer_rows.hpp"

#include <algorithm>
#include <span>

namespace tsflow::timescale {

namespace {

// Small enough for the server to have the first rows while the next ones are made.
constexpr std::size_t rows_a_message = 512;

std::int64_t sent_of(const RowList& list) {
    return static_cast<std::int64_t>(count_of(list));
}

}  // namespace

void WriterRows::put_as_they_came(Connection& connection, const RowList& list, bool numbered) {
    std::int32_t sent = 0;
    for (const RowsOf& of : list) {
        copy_.start(of.batch);
        const std::span<const std::uint32_t> rows = of.rows;
        for (std::size_t at = 0; at < rows.size(); at += rows_a_message) {
            const auto some = rows.subspan(at, std::min(rows_a_message, rows.size() - at));
            copy_.append(some, numbered, sent, buffer_);
            connection.put(buffer_.view());
            buffer_.clear();
            sent += static_cast<std::int32_t>(some.size());
        }
    }
}

/// Rows are made as they came, for columns are read quickest from end to end, and then put in order whole.
void WriterRows::put_in_order(Connection& connection, const RowList& list,
                              std::span<const std::uint32_t> order) {
    rows_.clear();
    ends_.assign(1, 0);
    for (const RowsOf& of : list) {
        copy_.start(of.batch);
        for (const std::uint32_t row : of.rows) {
            copy_.append({&row, 1}, false, 0, rows_);
            ends_.push_back(rows_.size());
        }
    }
    for (std::size_t at = 0; at < order.size(); at += rows_a_message) {
        for (const std::uint32_t place :
             order.subspan(at, std::min(rows_a_message, order.size() - at))) {
            buffer_.append(rows_.view().substr(ends_[place], ends_[place + 1] - ends_[place]));
        }
        connection.put(buffer_.view());
        buffer_.clear();
    }
}

void WriterRows::copy_in(Connection& connection, const std::string& sql, const RowList& list,
                         bool numbered, std::span<const std::uint32_t> order) {
    connection.begin_copy(sql);
    buffer_.clear();
    CopyRows::append_header(buffer_);
    if (order.empty()) {
        put_as_they_came(connection, list, numbered);
    } else {
        put_in_order(connection, list, order);
    }
    CopyRows::append_end(buffer_);
    connection.put(buffer_.view());
    check(connection, connection.end_copy(), sent_of(list), [] { return 0; });
}

Answer WriterRows::execute_with_arrays(Connection& connection, const std::string& sql,
                                       const RowList& list, bool numbered) {
    const std::size_t count = count_of(list);
    std::vector<std::size_t> ends;
    buffer_.clear();
    for (std::size_t column = 0; column < copy_.columns(); ++column) {
        const bool has_nulls = std::any_of(list.begin(), list.end(), [&](const RowsOf& of) {
            return of.batch.has_nulls(copy_.field(column));
        });
        copy_.append_array_header(column, has_nulls, count, buffer_);
        for (const RowsOf& of : list) {
            copy_.start(of.batch);
            copy_.append_values(column, of.rows, buffer_);
        }
        ends.push_back(buffer_.size());
    }
    if (numbered) {
        CopyRows::append_numbers(count, buffer_);
        ends.push_back(buffer_.size());
    }
    std::vector<Parameter> parameters;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < ends.size(); ++i) {
        parameters.push_back(
            {.bytes = buffer_.view().substr(begin, ends[i] - begin),
             .type = i < copy_.columns() ? copy_.array_type(i) : CopyRows::numbers_type(),
             .binary = true});
        begin = ends[i];
    }
    return connection.execute(sql, parameters);
}

void WriterRows::prepare(Connection& connection, Method method) {
    if (method == Method::staging && !prepared_) {
        connection.execute(sql_.create_staging());
        prepared_ = true;
    }
}

void WriterRows::write(Connection& connection, Method method, const RowList& list,
                       std::span<const std::uint32_t> order) {
    if (method == Method::direct) {
        copy_in(connection, sql_.copy_direct(), list, false, order);
        return;
    }
    const bool has_versions = sql_.target().version.has_value();
    if (method == Method::arrays) {
        const Answer answer = execute_with_arrays(connection, sql_.insert_arrays(), list, false);
        check(connection, answer.affected(), sent_of(list), [&] {
            return has_versions
                       ? execute_with_arrays(connection, sql_.count_newer_in_arrays(), list, false)
                             .integer(0, 0)
                       : 0;
        });
        return;
    }
    copy_in(connection, sql_.copy_to_staging(), list, false, order);
    const Answer answer = connection.execute_prepared(sql_.insert_staged());
    check(connection, answer.affected(), sent_of(list), [&] {
        return has_versions ? connection.execute(sql_.count_newer_staged()).integer(0, 0) : 0;
    });
}

/// Servers have been seen to leave rows out without a word, such as TimescaleDB 2.17.2 in its issue 7672.
void WriterRows::check(Connection& connection, std::int64_t taken, std::int64_t sent,
                       const std::function<std::int64_t()>& count_newer) const {
    if (taken == sent) {
        return;
    }
    const std::int64_t newer = count_newer();
    if (taken + newer != sent) {
        throw Error(
            connection.place() + ": " + std::to_string(sent) + " rows were sent to table " +
            sql_.target().name + ", and the server counts " + std::to_string(taken) + " written" +
            (newer == 0 ? "" : " and " + std::to_string(newer) + " there in a newer version") +
            "; a trigger or rule of the table leaves rows out, or the server has a defect. "
            "Nothing of this transaction was kept");
    }
}

}  // namespace tsflow::timescale
