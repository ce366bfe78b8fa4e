#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "data/block.hpp"
#include "tsflow/arrow.hpp"
#include "tsflow/error.hpp"

namespace tsflow {

namespace {

/// The texts of all symbols of the process at one moment, as a utf8 column.
struct SymbolTexts {
    std::vector<std::int32_t> offsets;
    std::string text;
};

/// Written out once and shared by all exports until the next symbol appears.
std::shared_ptr<const SymbolTexts> symbol_texts() {
    static std::mutex mutex;
    static std::shared_ptr<const SymbolTexts> latest;
    const std::lock_guard lock(mutex);
    const std::size_t count = Symbol::count();
    if (latest == nullptr || latest->offsets.size() != count + 1) {
        auto texts = std::make_shared<SymbolTexts>();
        texts->offsets.reserve(count + 1);
        texts->offsets.push_back(0);
        for (std::size_t code = 0; code < count; ++code) {
            texts->text += Symbol::from_code(static_cast<std::int32_t>(code)).text();
            if (texts->text.size() > longest_text) {
                throw Error("the symbols' texts are longer than 2 GiB and cannot be exported");
            }
            texts->offsets.push_back(static_cast<std::int32_t>(texts->text.size()));
        }
        latest = std::move(texts);
    }
    return latest;
}

/// What an exported array points to. The consumer may move a child out of its parent and release it
/// later, so each has its own, and its own hold on the rows.
struct Exported {
    Batch batch;
    std::shared_ptr<const SymbolTexts> texts;
    std::vector<std::byte> packed;
    std::array<const void*, 3> buffers{};
    std::vector<ArrowArray> children;
    std::vector<ArrowArray*> pointers;
    std::unique_ptr<ArrowArray> dictionary;
};

void release_exported(ArrowArray* array) {
    const std::unique_ptr<Exported> own{static_cast<Exported*>(array->private_data)};
    for (ArrowArray& child : own->children) {
        if (child.release != nullptr) {
            child.release(&child);
        }
    }
    if (own->dictionary && own->dictionary->release != nullptr) {
        own->dictionary->release(own->dictionary.get());
    }
    array->release = nullptr;
}

/// Completes `array`, whose counts and offset are set, with what it owns.
void hand_over(ArrowArray& array, std::unique_ptr<Exported> own) {
    for (ArrowArray& child : own->children) {
        own->pointers.push_back(&child);
    }
    array.buffers = own->buffers.data();
    array.n_children = static_cast<std::int64_t>(own->children.size());
    array.children = own->pointers.empty() ? nullptr : own->pointers.data();
    array.dictionary = own->dictionary.get();
    array.release = release_exported;
    array.private_data = own.release();
}

std::unique_ptr<ArrowArray> export_texts(std::shared_ptr<const SymbolTexts> texts) {
    auto array = std::make_unique<ArrowArray>();
    array->length = static_cast<std::int64_t>(texts->offsets.size() - 1);
    array->n_buffers = 3;
    auto own = std::make_unique<Exported>();
    own->buffers = {nullptr, texts->offsets.data(), texts->text.data()};
    own->texts = std::move(texts);
    hand_over(*array, std::move(own));
    return array;
}

/// Bits `first` and on of the result are the column's values; the bits before are 0.
std::vector<std::byte> packed(std::span<const bool> values, std::size_t first) {
    std::vector<std::byte> bits(std::max<std::size_t>(bitmap_bytes(first + values.size()), 1));
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i]) {
            set_bit(bits.data(), first + i);
        }
    }
    return bits;
}

void export_column(const Batch& batch, std::size_t index, ArrowArray& out) {
    const detail::ColumnBuffers& column = BatchAccess::column(batch, index);
    const Type type = (*batch.schema())[index].type;
    const std::size_t nulls = BatchAccess::null_count(batch, index);
    std::size_t offset = BatchAccess::offset(batch);
    const std::byte* validity = nulls == 0 ? nullptr : column.validity;

    auto own = std::make_unique<Exported>();
    own->batch = batch;
    own->buffers = {validity, column.values, column.text};
    if (type == Type::boolean) {
        // One offset serves both bitmaps, so the packed one starts at the same bit of a byte.
        const std::size_t bytes = offset / 8;
        offset %= 8;
        own->packed = packed(batch.column<bool>(index), offset);
        own->buffers[0] = validity == nullptr ? nullptr : validity + bytes;
        own->buffers[1] = own->packed.data();
    } else if (type == Type::symbol) {
        own->dictionary = export_texts(symbol_texts());
    }
    out.length = static_cast<std::int64_t>(batch.rows());
    out.null_count = static_cast<std::int64_t>(nulls);
    out.offset = static_cast<std::int64_t>(offset);
    out.n_buffers = type == Type::string ? 3 : 2;
    hand_over(out, std::move(own));
}

}  // namespace

void export_batch(const Batch& batch, ArrowArray* out) {
    if (!batch) {
        throw Error("cannot export a batch that has no schema");
    }
    const std::size_t columns = batch.schema()->size();
    auto root = std::make_unique<Exported>();
    root->children.resize(columns);
    std::vector<ArrowArray>& children = root->children;
    ArrowArray made{};
    made.length = static_cast<std::int64_t>(batch.rows());
    made.n_buffers = 1;  // the validity of whole rows, which are never null
    hand_over(made, std::move(root));
    try {
        for (std::size_t i = 0; i < columns; ++i) {
            export_column(batch, i, children[i]);
        }
    } catch (...) {
        made.release(&made);
        throw;
    }
    *out = made;
}

}  // namespace tsflow
