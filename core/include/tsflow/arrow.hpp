#pragma once

#include "tsflow/batch.hpp"
#include "tsflow/export.hpp"
#include "tsflow/schema.hpp"

// The Arrow C Data Interface as published (https://arrow.apache.org/docs/format/CDataInterface.html):
// its two structs, under the guard that all implementations share.
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

extern "C" {
struct ArrowSchema {
    const char* format;
    const char* name;
    const char* metadata;
    int64_t flags;
    int64_t n_children;
    ArrowSchema** children;
    ArrowSchema* dictionary;
    void (*release)(ArrowSchema*);
    void* private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void** buffers;
    ArrowArray** children;
    ArrowArray* dictionary;
    void (*release)(ArrowArray*);
    void* private_data;
};
}

#endif

namespace tsflow {

/// Describes `schema` as an Arrow struct (`+s`). Symbols are int32-coded dictionaries of utf8. Unit, key
/// and event time travel as field metadata (`tsflow.unit`, `tsflow.key`, `tsflow.event_time`). The
/// caller releases `out`.
TSFLOW_API void export_schema(const Schema& schema, ArrowSchema* out);
/// Hands `batch` out as one Arrow struct array, without copying its buffers (booleans are packed, and
/// the symbol dictionary is written out as of now). The export keeps the rows alive until released;
/// release may be called on any thread.
TSFLOW_API void export_batch(const Batch& batch, ArrowArray* out);

/// The schema that `in` describes; does not release it. Throws Error, naming the field, for a type that
/// tsflow has no column for.
TSFLOW_API SchemaPtr import_schema(const ArrowSchema& in);
/// Copies the rows of `in`, described by `schema`, and releases `in`, also when it throws. Throws Error
/// when buffers do not fit the schema, or a column that is not nullable holds nulls.
TSFLOW_API Batch import_batch(ArrowArray* in, const SchemaPtr& schema);

}  // namespace tsflow
