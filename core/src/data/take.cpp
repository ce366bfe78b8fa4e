#include <algorithm>
#include <cstring>
#include <string>

#include "data/block.hpp"
#include "tsflow/batch.hpp"
#include "tsflow/error.hpp"

namespace tsflow {

namespace {

using Rows = std::span<const std::uint32_t>;

template <class T>
void gather(T* to, const T* from, Rows rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        to[i] = from[rows[i]];
    }
}

void gather_texts(const NewColumn& to, const StringColumn& from, Rows rows) {
    auto* ends = to.as<std::int32_t>();
    *ends = 0;
    std::int32_t at = 0;
    for (const std::uint32_t row : rows) {
        const std::string_view text = from[row];
        std::copy(text.begin(), text.end(), to.text + at);
        at += static_cast<std::int32_t>(text.size());
        *++ends = at;
    }
}

std::size_t text_bytes(const StringColumn& texts, Rows rows) {
    std::size_t bytes = 0;
    for (const std::uint32_t row : rows) {
        bytes += texts[row].size();
    }
    return bytes;
}

bool any_null(const Batch& batch, std::size_t column, Rows rows) {
    return batch.has_nulls(column) && std::any_of(rows.begin(), rows.end(), [&](std::uint32_t row) {
               return batch.is_null(column, row);
           });
}

std::size_t text_bytes(const Batch& batch, std::size_t column) {
    const auto* offsets = BatchAccess::values<std::int32_t>(batch, column);
    return static_cast<std::size_t>(offsets[batch.rows()] - offsets[0]);
}

/// What one new column needs beside its values.
struct Extent {
    std::size_t text = 0;
    bool nulls = false;
};

/// Appends the texts of `from` behind `done` rows and `at` bytes; returns the bytes after.
std::int32_t append_texts(const NewColumn& to, std::size_t done, std::int32_t at, const Batch& from,
                          std::size_t column) {
    const auto* offsets = BatchAccess::values<std::int32_t>(from, column);
    auto* ends = to.as<std::int32_t>() + done;
    const std::int32_t shift = at - offsets[0];
    for (std::size_t i = 0; i <= from.rows(); ++i) {
        ends[i] = offsets[i] + shift;
    }
    const std::size_t bytes = text_bytes(from, column);
    std::copy_n(BatchAccess::column(from, column).text + offsets[0], bytes, to.text + at);
    return at + static_cast<std::int32_t>(bytes);
}

void join_column(const NewColumn& to, Type type, std::span<const Batch> batches,
                 std::size_t column) {
    const std::size_t width = width_of(type);
    std::size_t done = 0;
    std::int32_t text = 0;
    for (const Batch& batch : batches) {
        if (type == Type::string) {
            text = append_texts(to, done, text, batch, column);
        } else {
            std::copy_n(
                BatchAccess::column(batch, column).values + BatchAccess::offset(batch) * width,
                batch.rows() * width, to.values + done * width);
        }
        if (to.validity != nullptr && batch.has_nulls(column)) {
            clear_zeros(to.validity, done, BatchAccess::column(batch, column).validity,
                        BatchAccess::offset(batch), batch.rows());
        }
        done += batch.rows();
    }
}

}  // namespace

Batch take(const Batch& batch, std::span<const std::uint32_t> rows) {
    if (!batch) {
        throw Error("cannot take rows of a batch that has no schema");
    }
    if (!rows.empty() && *std::max_element(rows.begin(), rows.end()) >= batch.rows()) {
        throw Error("cannot take row " +
                    std::to_string(*std::max_element(rows.begin(), rows.end())) +
                    " of a batch of " + std::to_string(batch.rows()) + " rows");
    }
    const Schema& schema = *batch.schema();
    std::vector<Extent> extents(schema.size());
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < schema.size(); ++i) {
        Extent& extent = extents[i];
        extent.nulls = any_null(batch, i, rows);
        if (schema[i].type == Type::string) {
            extent.text = text_bytes(batch.strings(i), rows);
            check_text(schema, i, extent.text);
        }
        bytes += BlockWriter::bytes_of(schema[i].type, rows.size(), extent.text, extent.nulls);
    }
    BlockWriter writer(batch.schema(), rows.size(), bytes);
    for (std::size_t i = 0; i < schema.size(); ++i) {
        const Type type = schema[i].type;
        const NewColumn to = writer.add(type, extents[i].text, extents[i].nulls);
        if (type == Type::string) {
            gather_texts(to, batch.strings(i), rows);
        } else if (width_of(type) == 8) {
            gather(to.as<std::uint64_t>(), BatchAccess::values<std::uint64_t>(batch, i), rows);
        } else if (width_of(type) == 4) {
            gather(to.as<std::uint32_t>(), BatchAccess::values<std::uint32_t>(batch, i), rows);
        } else {
            gather(to.as<std::uint8_t>(), BatchAccess::values<std::uint8_t>(batch, i), rows);
        }
        if (extents[i].nulls) {
            for (std::size_t row = 0; row < rows.size(); ++row) {
                if (batch.is_null(i, rows[row])) {
                    clear_bit(to.validity, row);
                }
            }
        }
    }
    return writer.finish();
}

Batch concat(std::span<const Batch> batches) {
    if (batches.empty()) {
        throw Error("cannot concatenate no batches: their schema would be unknown");
    }
    std::size_t rows = 0;
    for (const Batch& batch : batches) {
        if (!batch || !batches.front()) {
            throw Error("cannot concatenate a batch that has no schema");
        }
        if (!same(batch.schema(), batches.front().schema())) {
            throw Error("cannot concatenate batches of different schemas: " +
                        difference(*batches.front().schema(), *batch.schema()));
        }
        rows += batch.rows();
    }
    const SchemaPtr& schema = batches.front().schema();
    std::vector<Extent> extents(schema->size());
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < schema->size(); ++i) {
        Extent& extent = extents[i];
        const Type type = (*schema)[i].type;
        for (const Batch& batch : batches) {
            extent.nulls = extent.nulls || BatchAccess::null_count(batch, i) > 0;
            extent.text += type == Type::string ? text_bytes(batch, i) : 0;
        }
        check_text(*schema, i, extent.text);
        bytes += BlockWriter::bytes_of(type, rows, extent.text, extent.nulls);
    }
    BlockWriter writer(schema, rows, bytes);
    for (std::size_t i = 0; i < schema->size(); ++i) {
        const Type type = (*schema)[i].type;
        join_column(writer.add(type, extents[i].text, extents[i].nulls), type, batches, i);
    }
    return writer.finish();
}

}  // namespace tsflow
