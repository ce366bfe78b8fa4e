#include "data/block.hpp"

#include <cstdlib>
#include <limits>
#include <memory>
#include <new>
#include <string>

#include "tsflow/error.hpp"

namespace tsflow {

using detail::Block;
using detail::ColumnBuffers;

// The column descriptors follow the block without a gap.
static_assert(sizeof(Block) % alignof(ColumnBuffers) == 0);
static_assert(alignof(Block) <= alignof(std::max_align_t));

BlockWriter::BlockWriter(const SchemaPtr& schema, std::size_t rows, std::size_t buffer_bytes) {
    if (rows > std::numeric_limits<std::uint32_t>::max()) {
        throw Error("a batch cannot hold " + std::to_string(rows) +
                    " rows; at most 4294967295 are possible");
    }
    // malloc aligns to 16, so up to 48 bytes are lost in front of the first buffer.
    const std::size_t columns = schema->size();
    const std::size_t head = sizeof(Block) + columns * sizeof(ColumnBuffers);
    const std::size_t bytes = head + buffer_alignment + buffer_bytes;
    void* memory = std::malloc(bytes);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    block_ = new (memory) Block;
    block_->rows = static_cast<std::uint32_t>(rows);
    block_->bytes = bytes;
    block_->schema = schema;
    auto* described = reinterpret_cast<ColumnBuffers*>(block_ + 1);
    std::uninitialized_default_construct_n(described, columns);
    described_ = described;
    const auto first = reinterpret_cast<std::uintptr_t>(described + columns);
    next_ = reinterpret_cast<std::byte*>(described + columns) + (padded(first) - first);
}

void check_text(const Schema& schema, std::size_t column, std::size_t bytes) {
    if (bytes > longest_text) {
        throw Error("the texts of column '" + schema[column].name + "' are " +
                    std::to_string(bytes) +
                    " bytes long; a batch holds at most 2147483647, so use smaller batches");
    }
}

namespace detail {

void destroy(Block* block) noexcept {
    block->~Block();
    std::free(block);
}

void wrong_column(const Schema& schema, std::size_t index, Type asked) {
    if (index >= schema.size()) {
        throw Error("there is no column " + std::to_string(index) + " in a schema of " +
                    std::to_string(schema.size()) + " columns (" + schema.to_string() + ")");
    }
    const Field& field = schema[index];
    throw Error("column '" + field.name + "' is " + std::string{to_string(field.type)} +
                " and was used as " + std::string{to_string(asked)});
}

}  // namespace detail

}  // namespace tsflow
