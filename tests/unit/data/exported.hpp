#pragma once

#include <utility>

#include "tsflow/arrow.hpp"

namespace tsflow::test {

/// A batch as a consumer of the Arrow C Data Interface holds it: released at the end.
struct Exported {
    explicit Exported(const Batch& batch) {
        export_schema(*batch.schema(), &schema);
        export_batch(batch, &array);
    }
    Exported(const Exported&) = delete;
    Exported& operator=(const Exported&) = delete;
    ~Exported() {
        if (schema.release != nullptr) {
            schema.release(&schema);
        }
        if (array.release != nullptr) {
            array.release(&array);
        }
    }
    /// Into a batch again, by the exported schema.
    Batch import() { return import_batch(&array, import_schema(schema)); }
    template <class T>
    const T* buffer(std::size_t column, std::size_t index) const {
        return static_cast<const T*>(array.children[column]->buffers[index]);
    }

    ArrowSchema schema{};
    ArrowArray array{};
};

}  // namespace tsflow::test
